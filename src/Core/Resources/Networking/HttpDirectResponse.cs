using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Answers with a fixed response instead of forwarding (Istio's HTTPDirectResponse).</summary>
public sealed record HttpDirectResponse
{
    [Required, Range(200, 599)]
    public int Status { get; init; }

    public HttpBody? Body { get; init; }
}

/// <summary>The body of a fixed response.</summary>
public sealed record HttpBody
{
    [OneOf("body")]
    public string? String { get; init; }

    /// <summary>Base64 in YAML and JSON.</summary>
    [OneOf("body")]
    public ImmutableArray<byte>? Bytes { get; init; }
}
