using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>Lets objects of other namespaces refer to objects of this one (Gateway API's ReferenceGrant).</summary>
[NotEnforced(Stance.Refuse, "References between namespaces belong to the Gateway API, which is not followed yet.")]
public sealed record ReferenceGrantSpec
{
    /// <summary>Who may refer.</summary>
    [Required, Size(1, 16)]
    public ImmutableArray<ReferenceGrantFrom> From { get; init; } = [];

    /// <summary>What may be referred to.</summary>
    [Required, Size(1, 16)]
    public ImmutableArray<ReferenceGrantTo> To { get; init; } = [];
}

/// <summary>Objects that may refer.</summary>
public sealed record ReferenceGrantFrom
{
    /// <summary>Their API group; empty: Kubernetes' core group. Must be given.</summary>
    public string Group { get; init; } = "";

    /// <summary>Their kind.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>Their namespace.</summary>
    [Required]
    public string Namespace { get; init; } = "";
}

/// <summary>Objects that may be referred to.</summary>
public sealed record ReferenceGrantTo
{
    /// <summary>Their API group; empty: Kubernetes' core group. Must be given.</summary>
    public string Group { get; init; } = "";

    /// <summary>Their kind.</summary>
    [Required]
    public string Kind { get; init; } = "";

    /// <summary>One of them by name; empty: all.</summary>
    public string Name { get; init; } = "";
}
