namespace Mesh.Cluster.OriginLogs;

/// <summary>
/// When each replica was last heard, and which of their logs were given up for it. A log that was given up stays so, at its
/// epoch, until its owner itself speaks again: otherwise a peer that still holds it would bring it back. Owned by one actor.
/// </summary>
internal sealed class OriginLeases(TimeProvider time, TimeSpan lease, string self)
{
    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> _expired = new(StringComparer.Ordinal);

    /// <summary>A beacon of the replica itself.</summary>
    public void Heard(string replica)
    {
        _heard[replica] = time.GetTimestamp();
        _expired.Remove(Origins.RegistryOf(replica));
    }

    /// <summary>
    /// Somebody told of a log; its owner gets a full lease from the first time on. A replica's own log has none: peers name it in
    /// their beacons, but nobody hears himself.
    /// </summary>
    public void Seen(string origin)
    {
        if (Origins.OwnerOf(origin) is { } owner && owner != self) _heard.TryAdd(owner, time.GetTimestamp());
    }

    public bool IsExpired(string origin, ulong epoch) => _expired.TryGetValue(origin, out var given) && epoch <= given;

    /// <summary>Whether the log's owner has been silent for the lease; true at most once, until it is heard again.</summary>
    public bool Expire(string origin, ulong epoch)
    {
        if (Origins.OwnerOf(origin) is not { } owner || !_heard.TryGetValue(owner, out var heard)) return false;
        if (time.GetElapsedTime(heard) < lease) return false;
        _expired[origin] = epoch;
        return true;
    }
}
