using System.Collections.Immutable;

namespace Mesh.Core.Schema;

/// <summary>Everything there is to say about a kind or one of its fields.</summary>
public sealed record FieldExplanation
{
    /// <summary>The kind, with its group: <c>VirtualService.networking.istio.io</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The field from the spec, <c>spec.http.retries</c>; <c>spec</c> for the kind.</summary>
    public required string Path { get; init; }

    public required string Type { get; init; }

    /// <summary>What it means.</summary>
    public required string Description { get; init; }

    public bool Required { get; init; }

    /// <summary>What holds when it is left out; null: nothing.</summary>
    public string? Default { get; init; }

    /// <summary>The values it takes, where its type allows more.</summary>
    public string? Allowed { get; init; }

    /// <summary>Fields beside it that cannot be set together with it.</summary>
    public ImmutableArray<string> Excludes { get; init; } = [];

    /// <summary>Versions of the API that have it.</summary>
    public required ImmutableArray<string> Versions { get; init; }

    /// <summary>The release that brought it.</summary>
    public required string Since { get; init; }

    public required Enforcement Enforcement { get; init; }

    /// <summary>Values with a status of their own: <c>PASSTHROUGH: refused. Reason.</c></summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>What is in it; empty for values, and where it goes deeper than was asked for.</summary>
    public ImmutableArray<FieldExplanation> Fields { get; init; } = [];
}
