using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.Security;
using Mesh.Translation.Authorization;

namespace Mesh.Translation.Routing;

/// <summary>Turns one match of an HTTP rule into Envoy's.</summary>
internal static class MatchTranslator
{
    public static RouteMatch Everything() => new() { Prefix = "/" };

    public static RouteMatch Translate(HttpMatchRequest match)
    {
        var result = Path(match.Uri);
        if (match.IgnoreUriCase && result.PathSpecifierCase != RouteMatch.PathSpecifierOneofCase.SafeRegex) result.CaseSensitive = false;
        foreach (var (name, value) in match.Headers)
            if (Claim(name, value, invert: false) is { } claim) result.DynamicMetadata.Add(claim);
            else result.Headers.Add(Header(name, value));
        foreach (var (name, value) in match.WithoutHeaders)
            if (Claim(name, value, invert: true) is { } claim) result.DynamicMetadata.Add(claim);
            else result.Headers.Add(Without(name, value));
        AddPseudo(result, ":method", match.Method);
        AddPseudo(result, ":authority", match.Authority);
        AddPseudo(result, ":scheme", match.Scheme);
        foreach (var (name, value) in match.QueryParams) result.QueryParameters.Add(Query(name, value));
        return result;
    }

    /// <summary>Whether nothing gets past it, so that rules after it are dead.</summary>
    public static bool IsCatchAll(RouteMatch match) =>
        match is { PathSpecifierCase: RouteMatch.PathSpecifierOneofCase.Prefix, Prefix: "/", Headers.Count: 0, QueryParameters.Count: 0, DynamicMetadata.Count: 0 };

    private static RouteMatch Path(StringMatch? uri) => uri switch
    {
        { Exact: { } exact } => new RouteMatch { Path = exact },
        { Prefix: { } prefix } => new RouteMatch { Prefix = prefix },
        { Regex: "*" or ".*" } => Everything(),
        { Regex: { } regex } => new RouteMatch { SafeRegex = new RegexMatcher { Regex = regex } },
        _ => Everything(),
    };

    private static void AddPseudo(RouteMatch result, string name, StringMatch? value)
    {
        if (value is not null) result.Headers.Add(Header(name, value));
    }

    /// <summary>Of the verified token, whatever headers the client sent; null for the name of a header.</summary>
    private static MetadataMatcher? Claim(string name, StringMatch match, bool invert) =>
        ClaimPath.TryParse(name, out var path) ? ClaimMatchers.Claim(path, IsPresence(match) ? null : Text(match), invert) : null;

    private static HeaderMatcher Header(string name, StringMatch match)
    {
        var result = new HeaderMatcher { Name = name.StartsWith(':') ? name : name.ToLowerInvariant() };
        if (IsPresence(match)) result.PresentMatch = true;
        else result.StringMatch = Text(match);
        return result;
    }

    /// <summary>An absent header counts as empty, so it passes unless the empty value would match.</summary>
    private static HeaderMatcher Without(string name, StringMatch match)
    {
        var result = Header(name, match);
        result.InvertMatch = true;
        if (result.HeaderMatchSpecifierCase != HeaderMatcher.HeaderMatchSpecifierOneofCase.PresentMatch)
            result.TreatMissingHeaderAsEmpty = true;
        return result;
    }

    private static QueryParameterMatcher Query(string name, StringMatch match)
    {
        var result = new QueryParameterMatcher { Name = name };
        if (IsPresence(match)) result.PresentMatch = true;
        else result.StringMatch = Text(match);
        return result;
    }

    private static bool IsPresence(StringMatch match) =>
        match is { Exact: null, Prefix: null, Regex: null } or { Prefix: "" } or { Regex: "*" or ".*" };

    public static StringMatcher Text(StringMatch match) => match switch
    {
        { Exact: { } exact } => new StringMatcher { Exact = exact },
        { Prefix: { } prefix } => new StringMatcher { Prefix = prefix },
        _ => new StringMatcher { SafeRegex = new RegexMatcher { Regex = match.Regex } },
    };
}
