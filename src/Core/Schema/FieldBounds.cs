using System.Collections.Immutable;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema;

/// <summary>
/// What a field's schema says beyond its type and attributes. On lists and maps, patterns, lengths and rules are for the elements or
/// values, <see cref="Rules"/> for the list itself.
/// </summary>
internal sealed record FieldBounds
{
    public static readonly FieldBounds None = new();

    /// <summary>RE2, of the whole text: one of <see cref="Patterns"/>.</summary>
    public string? Pattern { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>Elements or entries; the depth of nesting decides where it is null.</summary>
    public int? MaxItems { get; init; }

    /// <summary>Elements of a list must differ.</summary>
    public bool Set { get; init; }

    /// <summary>The fields of the list's records that must differ together.</summary>
    public ImmutableArray<string> Keys { get; init; } = [];

    /// <summary>Checked on the field's value.</summary>
    public ImmutableArray<CelRule> Rules { get; init; } = [];
}
