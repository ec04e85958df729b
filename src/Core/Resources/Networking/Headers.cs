using System.Collections.Immutable;

namespace Mesh.Core.Resources.Networking;

/// <summary>Changes to the headers of requests and responses.</summary>
public sealed record Headers
{
    public HeaderOperations? Request { get; init; }

    public HeaderOperations? Response { get; init; }
}

/// <summary>Header changes, applied in the order set, add, remove (Istio's Headers.HeaderOperations).</summary>
public sealed record HeaderOperations
{
    /// <summary>Overwrites.</summary>
    public ImmutableSortedDictionary<string, string> Set { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Appends.</summary>
    public ImmutableSortedDictionary<string, string> Add { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<string> Remove { get; init; } = [];
}
