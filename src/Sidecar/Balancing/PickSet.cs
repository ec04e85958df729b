namespace Mesh.Sidecar.Balancing;

/// <summary>
/// Endpoints that are alternatives to each other: of one priority and, where localities have shares, one locality. Immutable: a pick is an
/// index into <see cref="Schedule"/> or a place in <see cref="Hash"/>.
/// </summary>
internal sealed class PickSet(EndpointModel[] schedule, uint priority, IHashTable? hash)
{
    /// <summary>Each endpoint as often as its weight says.</summary>
    public EndpointModel[] Schedule { get; } = schedule;

    public uint Priority { get; } = priority;

    /// <summary>For consistent hashing, else null.</summary>
    public IHashTable? Hash { get; } = hash;
}

/// <summary>A table that maps hashes to endpoints so that few move when endpoints come and go.</summary>
internal interface IHashTable
{
    /// <summary>The endpoint of a hash; <paramref name="attempt"/> counts from 0 and gives another one each time, as far as there are others.</summary>
    EndpointModel Find(ulong hash, int attempt);
}
