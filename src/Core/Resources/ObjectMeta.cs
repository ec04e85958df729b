using System.Collections.Immutable;
using Mesh.Core.Snapshots;

namespace Mesh.Core.Resources;

/// <summary>The part of Kubernetes' ObjectMeta that the mesh reads and writes.</summary>
public sealed record ObjectMeta
{
    public required string Name { get; init; }

    /// <summary>Empty for objects of cluster scope.</summary>
    public string Namespace { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>When the log first accepted the object; decides "oldest wins" among conflicting ones.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Raised by one with every change of the spec.</summary>
    public ulong Generation { get; init; }

    /// <summary>The revision of the last change; Kubernetes' resourceVersion.</summary>
    public Revision ResourceVersion { get; init; }

    public string Uid { get; init; } = "";
}
