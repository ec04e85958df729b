using System.Text.RegularExpressions;
using Mesh.Core.Regexes;

namespace Mesh.Sidecar.Routing;

internal enum StringMatchKind
{
    Exact,
    Prefix,
    Suffix,
    Contains,
    Regex,
}

/// <summary>Envoy's StringMatcher. Immutable, safe from all threads.</summary>
internal sealed class StringMatch : IEquatable<StringMatch>
{
    private readonly string _text;
    private readonly StringComparison _comparison;
    private readonly Regex? _regex;

    public StringMatch(StringMatchKind kind, string text, bool ignoreCase = false)
    {
        Kind = kind;
        _text = text;
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        if (kind == StringMatchKind.Regex) _regex = SafeRegex.Compile(text, ignoreCase);
    }

    public StringMatchKind Kind { get; }

    /// <summary>The whole text looked for; null for other kinds.</summary>
    public string? Exact => Kind == StringMatchKind.Exact ? _text : null;

    public bool Equals(StringMatch? other) =>
        other is not null && Kind == other.Kind && _text == other._text && _comparison == other._comparison;

    public override bool Equals(object? obj) => Equals(obj as StringMatch);

    public override int GetHashCode() => HashCode.Combine(Kind, _text, _comparison);

    public bool IsMatch(ReadOnlySpan<char> value) => Kind switch
    {
        StringMatchKind.Exact => value.Equals(_text, _comparison),
        StringMatchKind.Prefix => value.StartsWith(_text, _comparison),
        StringMatchKind.Suffix => value.EndsWith(_text, _comparison),
        StringMatchKind.Contains => value.Contains(_text, _comparison),
        _ => _regex!.IsMatch(value),
    };
}

/// <summary>RE2's syntax, meaning and promise, linear time (<see cref="Re2"/>). Envoy matches the whole text.</summary>
internal static class SafeRegex
{
    /// <summary>Compiles <paramref name="pattern"/>; throws <see cref="NotSupportedException"/>.</summary>
    public static Regex Compile(string pattern, bool ignoreCase = false) => Parse(pattern, ignoreCase).ToFullMatch();

    /// <summary>As <see cref="Compile"/>, but for finding and replacing inside a text.</summary>
    public static Regex CompileSearch(string pattern) => Parse(pattern, ignoreCase: false).ToSearch();

    private static Re2Pattern Parse(string pattern, bool ignoreCase) =>
        Re2.TryParse(pattern, out var result, out var error, ignoreCase) ? result : throw new NotSupportedException(error);
}
