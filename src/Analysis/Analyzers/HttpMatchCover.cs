using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>Whether one HTTP match takes every request that another does; "no" when that is not certain.</summary>
internal static class HttpMatchCover
{
    public static bool Covers(HttpMatchRequest wide, HttpMatchRequest narrow) =>
        CoversUri(wide, narrow) && Covers(wide.Scheme, narrow.Scheme) && Covers(wide.Method, narrow.Method) && Covers(wide.Authority, narrow.Authority) &&
        (wide.Port == 0 || wide.Port == narrow.Port) && (wide.SourceNamespace.Length == 0 || wide.SourceNamespace == narrow.SourceNamespace) &&
        CoversAll(wide.Headers, narrow.Headers) && CoversAll(wide.QueryParams, narrow.QueryParams) && SameAbsent(wide.WithoutHeaders, narrow.WithoutHeaders) &&
        wide.SourceLabels.All(l => narrow.SourceLabels.TryGetValue(l.Key, out var value) && value == l.Value) &&
        (wide.Gateways.IsEmpty ? narrow.Gateways.IsEmpty : !narrow.Gateways.IsEmpty && narrow.Gateways.All(wide.Gateways.Contains));

    /// <summary>Equal for matches that are equal but for their names.</summary>
    public static string Fingerprint(HttpMatchRequest match) => JsonSerializer.Serialize(match with { Name = "", StatPrefix = "" });

    private static bool CoversUri(HttpMatchRequest wide, HttpMatchRequest narrow)
    {
        if (wide.Uri is null or { Prefix: "/" }) return true;
        if (narrow.Uri is null) return false;
        if (wide.IgnoreUriCase == narrow.IgnoreUriCase && !wide.IgnoreUriCase) return Covers(wide.Uri, narrow.Uri);
        // A match that minds case takes part only of what one does that does not.
        return wide.IgnoreUriCase && Covers(Lower(wide.Uri), Lower(narrow.Uri));
    }

    private static StringMatch Lower(StringMatch match) =>
        match with { Exact = match.Exact?.ToLowerInvariant(), Prefix = match.Prefix?.ToLowerInvariant() };

    private static bool CoversAll(ImmutableSortedDictionary<string, StringMatch> wide, ImmutableSortedDictionary<string, StringMatch> narrow) =>
        wide.All(w => narrow.TryGetValue(w.Key, out var match) && Covers(w.Value, match));

    // What must not be there: certain only when both say the same of it.
    private static bool SameAbsent(ImmutableSortedDictionary<string, StringMatch> wide, ImmutableSortedDictionary<string, StringMatch> narrow) =>
        wide.All(w => narrow.TryGetValue(w.Key, out var match) && match == w.Value);

    private static bool Covers(StringMatch? wide, StringMatch? narrow)
    {
        if (wide is null) return true;
        if (narrow is null) return false;
        return wide switch
        {
            { Exact: { } exact } => narrow.Exact == exact,
            { Prefix: { } prefix } => (narrow.Exact ?? narrow.Prefix)?.StartsWith(prefix, StringComparison.Ordinal) == true,
            { Regex: { } regex } => narrow.Regex == regex,
            _ => true, // asks only that it is there
        };
    }
}
