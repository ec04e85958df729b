using System.Collections.Immutable;

namespace Mesh.Core.Resources.Networking;

/// <summary>Changes to the headers of requests and responses.</summary>
public sealed record Headers
{
    /// <summary>Changes before a request is forwarded.</summary>
    public HeaderOperations? Request { get; init; }

    /// <summary>Changes before a response is sent back.</summary>
    public HeaderOperations? Response { get; init; }
}

/// <summary>Header changes, applied in the order set, add, remove (Istio's Headers.HeaderOperations).</summary>
public sealed record HeaderOperations
{
    /// <summary>Headers by name that replace any of the same name. <c>Host</c> and <c>:authority</c> only in requests.</summary>
    public ImmutableSortedDictionary<string, string> Set { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Headers by name that are appended to those there are.</summary>
    public ImmutableSortedDictionary<string, string> Add { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Names of headers that are taken away.</summary>
    public ImmutableArray<string> Remove { get; init; } = [];
}
