using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Mesh.Core.Regexes;

/// <summary>An expression in RE2's syntax that .NET's linear-time engine runs with the same meaning. Immutable.</summary>
public sealed class Re2Pattern
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    internal Re2Pattern(string source, string translated, ImmutableArray<string> groupNames, string? difference)
    {
        Source = source;
        Translated = translated;
        GroupNames = groupNames;
        Difference = difference;
    }

    /// <summary>As written.</summary>
    public string Source { get; }

    /// <summary>In .NET's syntax, finding matches anywhere; groups keep RE2's numbers and lose their names.</summary>
    public string Translated { get; }

    /// <summary>The names of groups 1, 2, ... in RE2's numbering; empty for those without.</summary>
    public ImmutableArray<string> GroupNames { get; }

    /// <summary>Which characters in a value .NET takes for something else than RE2 does, a clause without a full stop; null: none.</summary>
    public string? Difference { get; }

    /// <summary>A regex that matches only whole values, as routes and headers are compared.</summary>
    public Regex ToFullMatch() => new($@"\A(?:{Translated})\z", Options);

    /// <summary>A regex that finds matches anywhere, as rewrites use.</summary>
    public Regex ToSearch() => new(Translated, Options);
}
