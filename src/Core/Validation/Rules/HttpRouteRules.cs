using System.Collections.Immutable;
using System.Globalization;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What one HTTP rule must satisfy.</summary>
internal static class HttpRouteRules
{
    private const int MaxBody = 1024 * 1024;

    /// <summary>Istio's way to say that a redirect replaces only the matched prefix.</summary>
    private const string KeepPrefix = "%PREFIX()%";

    public static void Check(HttpRoute route, RuleContext context)
    {
        CheckAction(route, context);
        for (var i = 0; i < route.Match.Length; i++) HttpMatchRules.Check(route.Match[i], context.Field("match").Item(i));
        CheckDestinations(route.Route, context.Field("route"));
        if (route.Redirect is { } redirect) CheckRedirect(redirect, context.Field("redirect"));
        if (route.Rewrite is { } rewrite) CheckRewrite(rewrite, context.Field("rewrite"));
        if (route.DirectResponse?.Body is { } body && Math.Max(body.String?.Length ?? 0, body.Bytes?.Length ?? 0) > MaxBody)
            context.Field("directResponse").Field("body").Error($"larger than {MaxBody / 1024} KiB");
        if (route.Retries is { } retries) RetryRules.Check(retries, route.Timeout, context.Field("retries"));
        HeaderRules.Check(route.Headers, context.Field("headers"));
    }

    private static void CheckAction(HttpRoute route, RuleContext context)
    {
        List<string> actions = [];
        if (!route.Route.IsEmpty) actions.Add("route");
        if (route.Redirect is not null) actions.Add("redirect");
        if (route.DirectResponse is not null) actions.Add("directResponse");
        if (route.Delegate is not null) actions.Add("delegate");
        if (actions.Count == 0) context.Field("route").ErrorOfWhole("required: a rule needs route, redirect or directResponse");
        if (actions.Count > 1) context.Error($"only one of {string.Join(", ", actions)} may be set");
        if (route.Route.IsEmpty && route.Rewrite is not null && route.Delegate is null) context.Field("rewrite").Error("nothing is forwarded that could be rewritten", "Remove it, or add a route.");
    }

    private static void CheckDestinations(ImmutableArray<HttpRouteDestination> destinations, RuleContext context)
    {
        long total = 0;
        for (var i = 0; i < destinations.Length; i++)
        {
            total += destinations[i].Weight;
            var at = context.Item(i);
            if (destinations[i].Destination is { } destination) CheckDestination(destination, at.Field("destination"));
            HeaderRules.Check(destinations[i].Headers, at.Field("headers"));
        }

        if (destinations.Length < 2) return;
        if (total == 0) context.ErrorOfWhole("the weights of several destinations must not all be 0", "Give each its weight.");
        else if (total > uint.MaxValue) context.Error("the weights add up to more than 4294967295");
        else if (total != 100) context.Warn(string.Create(CultureInfo.InvariantCulture, $"the weights add up to {total}, not 100"), "Each gets its share of the sum.");
    }

    private static void CheckDestination(Destination destination, RuleContext context)
    {
        if (destination.Host.Length > 0) Hosts.CheckHost(destination.Host, context.Field("host"));
        if (destination.Subset.Length > 0 && !Names.IsDns1123Label(destination.Subset)) context.Field("subset").Error(Names.LabelReason(destination.Subset));
        if (destination.Port is { Number: 0 }) context.Field("port").Field("number").Error("required");
    }

    private static void CheckRedirect(HttpRedirect redirect, RuleContext context)
    {
        if (redirect is { Uri: "", Authority: "", Scheme: "", Port: null, DerivePort: null }) context.ErrorOfWhole("must set uri, authority, port, derivePort or scheme");
        if (redirect.RedirectCode is not (0 or 301 or 302 or 303 or 307 or 308)) context.Field("redirectCode").Error($"must be 301, 302, 303, 307 or 308, is {redirect.RedirectCode}");
        if (redirect.Scheme is not ("" or "http" or "https")) context.Field("scheme").Error($"must be http or https, is {Names.Quote(redirect.Scheme)}");
        if (redirect.Authority.Length > 0 && !Hosts.IsAuthority(redirect.Authority)) context.Field("authority").Error($"{Names.Quote(redirect.Authority)} is not a host with an optional port");
        if (!redirect.Uri.StartsWith(KeepPrefix, StringComparison.Ordinal)) CheckPath(redirect.Uri, context.Field("uri"));
        else if (redirect.Uri.Length > KeepPrefix.Length) CheckPath(redirect.Uri[KeepPrefix.Length..], context.Field("uri"));
    }

    private static void CheckRewrite(HttpRewrite rewrite, RuleContext context)
    {
        if (rewrite is { Uri: "", Authority: "", UriRegexRewrite: null }) context.ErrorOfWhole("must set uri or authority");
        if (rewrite.Authority.Length > 0 && !Hosts.IsAuthority(rewrite.Authority)) context.Field("authority").Error($"{Names.Quote(rewrite.Authority)} is not a host with an optional port");
        CheckPath(rewrite.Uri, context.Field("uri"));
    }

    // Control characters would split the request or response line.
    private static void CheckPath(string path, RuleContext context)
    {
        if (path.Any(c => c <= ' ' || c == (char)127)) context.Error($"{Names.Quote(path)} contains spaces or control characters", "Percent-encode them.");
        else if (path.Length > 0 && path[0] != '/') context.Error($"{Names.Quote(path)} is not a path", "Start it with \"/\".");
    }
}
