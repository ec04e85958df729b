using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>A Kubernetes Secret as far as analysis reads it: what type it is and which entries it has. Values are never printed.</summary>
[PartialModel]
public sealed record Secret
{
    /// <summary>Its type: <c>kubernetes.io/tls</c>; empty: Opaque.</summary>
    public string Type { get; init; } = "";

    /// <summary>Its entries, base64.</summary>
    [Sensitive]
    public ImmutableSortedDictionary<string, ImmutableArray<byte>> Data { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<byte>>.Empty;

    /// <summary>Its entries as plain text, over those of data.</summary>
    [Sensitive]
    public ImmutableSortedDictionary<string, string> StringData { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether it can change; null: yes.</summary>
    public bool? Immutable { get; init; }
}
