using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Answers with a fixed response instead of forwarding (Istio's HTTPDirectResponse).</summary>
public sealed record HttpDirectResponse
{
    /// <summary>The response's status, from 200 to 599.</summary>
    [Required, Range(200, 599)]
    public int Status { get; init; }

    /// <summary>The response's body, at most 1 MiB; null: none. Its Content-Type is set by the rule's headers.</summary>
    public HttpBody? Body { get; init; }
}

/// <summary>The body of a fixed response.</summary>
public sealed record HttpBody
{
    /// <summary>As text.</summary>
    [OneOf("body")]
    public string? String { get; init; }

    /// <summary>As bytes; base64 in YAML and JSON.</summary>
    [OneOf("body")]
    public ImmutableArray<byte>? Bytes { get; init; }
}
