using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>Selects objects by labels as Kubernetes does; everything given must hold, and an empty selector selects all.</summary>
public sealed record LabelSelector
{
    /// <summary>Labels and the values they must have.</summary>
    public ImmutableSortedDictionary<string, string> MatchLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Conditions that are more than equality.</summary>
    public ImmutableArray<LabelSelectorRequirement> MatchExpressions { get; init; } = [];
}

/// <summary>One condition on one label.</summary>
public sealed record LabelSelectorRequirement
{
    /// <summary>The label's key.</summary>
    [Required]
    public string Key { get; init; } = "";

    /// <summary>How the label relates to <see cref="Values"/>.</summary>
    [Required]
    public LabelSelectorOperator? Operator { get; init; }

    /// <summary>Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist.</summary>
    public ImmutableArray<string> Values { get; init; } = [];
}

/// <summary>Kubernetes' LabelSelectorOperator.</summary>
[VerbatimNames]
public enum LabelSelectorOperator
{
    /// <summary>The label is there with one of the values.</summary>
    In,

    /// <summary>The label is absent or has another value.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is absent.</summary>
    DoesNotExist,
}
