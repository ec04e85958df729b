using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Mesh.Sidecar.Routing;

internal enum PathMatchKind
{
    Prefix,
    Exact,
    Regex,
    SegmentPrefix,
}

/// <summary>Envoy's path specifiers, on the path without its query.</summary>
internal sealed class PathMatch(PathMatchKind kind, string text, bool caseSensitive)
{
    private readonly StringComparison _comparison = caseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
    private readonly System.Text.RegularExpressions.Regex? _regex = kind == PathMatchKind.Regex ? SafeRegex.Compile(text) : null;

    public PathMatchKind Kind => kind;

    public bool IsCaseSensitive => caseSensitive;

    /// <summary>What a prefix rewrite replaces.</summary>
    public string Text => text;

    public bool IsMatch(ReadOnlySpan<char> path) => kind switch
    {
        PathMatchKind.Prefix => path.StartsWith(text, _comparison),
        PathMatchKind.Exact => path.Equals(text, _comparison),
        // path_separated_prefix: /api matches /api and /api/v1 but not /apis.
        PathMatchKind.SegmentPrefix => path.StartsWith(text, _comparison) && (path.Length == text.Length || path[text.Length] == '/'),
        _ => _regex!.IsMatch(path),
    };
}

/// <summary>Envoy's HeaderMatcher: <paramref name="match"/> null asks for presence only; several values are joined with a comma.</summary>
internal sealed class HeaderMatch(string name, StringMatch? match, (long Start, long End)? range, bool present, bool invert, bool missingIsEmpty)
{
    public bool IsMatch(HttpRequest request)
    {
        if (!TryGet(request, out var value))
        {
            if (missingIsEmpty && (match is not null || range is not null)) return Test("") != invert;
            // A missing header matches only "absent", and the inverse of presence; an inverted value match needs no header (Envoy).
            if (match is null && range is null) return present == invert;
            return invert;
        }
        if (match is null && range is null) return present != invert;
        return Test(value) != invert;
    }

    private bool Test(string value)
    {
        if (range is { } r)
            return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= r.Start && number < r.End;
        return match!.IsMatch(value);
    }

    private bool TryGet(HttpRequest request, out string value)
    {
        if (name[0] == ':')
        {
            value = name switch
            {
                ":method" => request.Method,
                ":authority" => request.Host.Value ?? "",
                ":path" => request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
                ":scheme" => RequestScheme.Of(request),
                _ => "",
            };
            return value.Length > 0;
        }
        if (name == "host")
        {
            value = request.Host.Value ?? "";
            return value.Length > 0;
        }
        var found = request.Headers.TryGetValue(name, out StringValues values);
        value = values.Count == 1 ? values[0] ?? "" : values.ToString();
        return found;
    }
}

/// <summary>Envoy's QueryParameterMatcher: <paramref name="match"/> null asks for presence.</summary>
internal sealed class QueryMatch(string name, StringMatch? match, bool present)
{
    public bool IsMatch(ReadOnlySpan<char> query)
    {
        while (!query.IsEmpty)
        {
            var end = query.IndexOf('&');
            var pair = end < 0 ? query : query[..end];
            query = end < 0 ? [] : query[(end + 1)..];
            var equals = pair.IndexOf('=');
            var key = equals < 0 ? pair : pair[..equals];
            // The first of several parameters of one name decides (Envoy).
            if (key.SequenceEqual(name)) return match is null ? present : match.IsMatch(equals < 0 ? [] : pair[(equals + 1)..]);
        }
        return match is null && !present;
    }
}
