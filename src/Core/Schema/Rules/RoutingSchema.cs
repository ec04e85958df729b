using Mesh.Core.Resources.Networking;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema.Rules;

/// <summary>VirtualService and what it is made of.</summary>
internal static class RoutingSchema
{
    private const int LongestHost = 255;

    private static readonly FieldBounds Gateways = new() { Pattern = Patterns.GatewayName, MaxLength = 320, MaxItems = 256 };

    public static void AddTo(SchemaRules rules)
    {
        AddVirtualService(rules);
        AddHttpRoute(rules);
        AddMatch(rules);
        AddActions(rules);
        rules
            .Field<Destination>(nameof(Destination.Host), new() { Pattern = Patterns.Host, MinLength = 1, MaxLength = LongestHost })
            .Field<Destination>(nameof(Destination.Subset), new() { Pattern = Patterns.AnyCaseLabelOrEmpty, MaxLength = 63 })
            .Field<L4MatchAttributes>(nameof(L4MatchAttributes.Gateways), Gateways)
            .Field<TlsMatchAttributes>(nameof(TlsMatchAttributes.Gateways), Gateways)
            .Field<TlsMatchAttributes>(nameof(TlsMatchAttributes.SniHosts), new() { Pattern = Patterns.HostOrWildcard, MaxLength = LongestHost });
    }

    private static void AddVirtualService(SchemaRules rules) => rules
        .Record<VirtualService>(
            new CelRule("(has(self.http) && size(self.http) > 0) || (has(self.tls) && size(self.tls) > 0) || (has(self.tcp) && size(self.tcp) > 0)",
                "an object without rules in http, tls or tcp routes nothing"),
            new CelRule("!has(self.hosts) || !self.hosts.exists(h, h == '*') || (has(self.gateways) && size(self.gateways) > 0 && self.gateways.all(g, g != 'mesh'))",
                "\"*\" is not allowed for sidecars; name hosts, or bind the object to gateways only", "hosts"))
        .Field<VirtualService>(nameof(VirtualService.Hosts), new() { Pattern = Patterns.HostOrWildcard, MaxLength = LongestHost, Set = true })
        .Field<VirtualService>(nameof(VirtualService.Gateways), Gateways)
        .Field<VirtualService>(nameof(VirtualService.ExportTo), SharedBounds.ExportTo)
        .Field<VirtualService>(nameof(VirtualService.Http), new() { MaxItems = 500 });

    private static void AddHttpRoute(SchemaRules rules) => rules
        .Record<HttpRoute>(
            new CelRule("((has(self.route) && size(self.route) > 0) ? 1 : 0) + (has(self.redirect) ? 1 : 0) + (has(self.directResponse) ? 1 : 0) + (has(self.delegate) ? 1 : 0) == 1",
                "exactly one of route, redirect, directResponse, delegate must be set"),
            new CelRule("!has(self.rewrite) || (has(self.route) && size(self.route) > 0) || has(self.delegate)",
                "nothing is forwarded that could be rewritten; remove it, or add a route", "rewrite"))
        .Field<HttpRoute>(nameof(HttpRoute.Route), new()
        {
            Rules = [new CelRule("size(self) < 2 || self.exists(r, has(r.weight) && r.weight > 0)", "the weights of several destinations must not all be 0")],
        });

    private static void AddMatch(SchemaRules rules)
    {
        FieldBounds one = new()
        {
            Rules =
            [
                new CelRule("has(self.exact) || has(self.prefix) || has(self.regex)", "must set exact, prefix or regex"),
                new CelRule("!has(self.exact) || self.exact != ''", "must not be empty", "exact"),
            ],
        };
        FieldBounds headers = new()
        {
            Rules =
            [
                new CelRule("!('uri' in self || 'scheme' in self || 'method' in self || 'authority' in self || ':path' in self || ':scheme' in self || ':method' in self || ':authority' in self)",
                    "path, scheme, method and authority are matched by fields of their own: uri, scheme, method and authority beside headers"),
            ],
        };
        rules
            .Field<StringMatch>(nameof(StringMatch.Exact), new() { MaxLength = 2048 })
            .Field<StringMatch>(nameof(StringMatch.Prefix), new() { MinLength = 1, MaxLength = 2048 })
            .Field<StringMatch>(nameof(StringMatch.Regex), new() { MinLength = 1, MaxLength = 1024 })
            .Field<HttpMatchRequest>(nameof(HttpMatchRequest.Uri), one)
            .Field<HttpMatchRequest>(nameof(HttpMatchRequest.Scheme), one)
            .Field<HttpMatchRequest>(nameof(HttpMatchRequest.Method), one)
            .Field<HttpMatchRequest>(nameof(HttpMatchRequest.Authority), one)
            .Field<HttpMatchRequest>(nameof(HttpMatchRequest.Headers), headers)
            .Field<HttpMatchRequest>(nameof(HttpMatchRequest.WithoutHeaders), headers)
            .Field<HttpMatchRequest>(nameof(HttpMatchRequest.SourceNamespace), new() { Pattern = Patterns.LabelOrEmpty, MaxLength = 63 })
            .Field<HttpMatchRequest>(nameof(HttpMatchRequest.Gateways), Gateways);
    }

    private static void AddActions(SchemaRules rules) => rules
        .Record<HttpRewrite>(new CelRule(
            "(has(self.uri) && self.uri != '') || (has(self.authority) && self.authority != '') || has(self.uriRegexRewrite)", "must set uri, authority or uriRegexRewrite"))
        .Field<HttpRewrite>(nameof(HttpRewrite.Uri), new() { Pattern = Patterns.PathOrEmpty, MaxLength = 2048 })
        .Field<HttpRewrite>(nameof(HttpRewrite.Authority), new() { MaxLength = LongestHost + 8 })
        .Field<HttpRetry>(nameof(HttpRetry.RetryOn), new() { MaxLength = 1024 })
        .Record<HttpRetry>(new CelRule(
            "(has(self.attempts) && self.attempts > 0) || !(has(self.perTryTimeout) || (has(self.retryOn) && self.retryOn != '') || has(self.backoff) || has(self.retryRemoteLocalities))",
            "must be at least 1 when anything else is set", "attempts"));
}
