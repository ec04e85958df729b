using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;
using Mesh.Core.Snapshots;
using Mesh.Translation.Authorization;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;
using XdsHeader = Envoy.Extensions.Filters.Http.JwtAuthn.V3.JwtHeader;

namespace Mesh.Translation.Authentication;

/// <summary>
/// The JWT filter of one HTTP listener, of all RequestAuthentications for it, arranged as Istio does: a token, if there is one, must be good; where issuers
/// share a location, it is enough that one of them signed.
/// </summary>
internal static class JwtFilters
{
    /// <summary>No key at all: tokens are refused rather than believed until the keys are there.</summary>
    private const string NoKeys = """{"keys":[]}""";

    private static readonly string[] AlwaysSpaceDelimited = ["permission", "scope"];

    /// <summary>Null when nobody wants tokens verified there.</summary>
    public static HttpFilter? For(TranslationScope scope, PolicyAttachment attachment)
    {
        if (scope.Proxy.Dialect == ProxyDialect.Grpc) return null;
        var policies = scope.Index.RequestAuthentications.For(scope.Proxy, attachment).ToList();
        scope.DependsOn(policies.Select(p => p.Key));
        // By issuer, so that the order of objects decides nothing; those of one issuer stay in theirs.
        var rules = policies.SelectMany(p => p.SpecAs<RequestAuthentication>().JwtRules.Select((r, i) => (Source: p, Rule: r, Path: $"spec.jwtRules[{i}]")))
            .OrderBy(r => r.Rule.Issuer, StringComparer.Ordinal).ToList();
        if (rules.Count == 0) return null;
        var filter = new JwtAuthentication { BypassCorsPreflight = true };
        for (var i = 0; i < rules.Count; i++) filter.Providers.Add(Name(i), Provider(scope, rules[i].Source, rules[i].Rule, rules[i].Path));
        filter.Rules.Add(new RequirementRule { Match = new RouteMatch { Prefix = "/" }, Requires = Requirement(rules.Count) });
        return new HttpFilter { Name = ClaimMatchers.Filter, TypedConfig = Packing.Pack(filter) };
    }

    private static string Name(int index) => $"origins-{index}";

    private static JwtRequirement Requirement(int count)
    {
        var optional = Enumerable.Range(0, count).Select(i => Any([Of(i), new JwtRequirement { AllowMissing = new Empty() }])).ToList();
        if (count == 1) return optional[0];
        var all = new JwtRequirement { RequiresAll = new JwtRequirementAndList { Requirements = { optional } } };
        return Any([.. Enumerable.Range(0, count).Select(Of), all]);
    }

    private static JwtRequirement Of(int index) => new() { ProviderName = Name(index) };

    private static JwtRequirement Any(IEnumerable<JwtRequirement> any) => new() { RequiresAny = new JwtRequirementOrList { Requirements = { any } } };

    private static JwtProvider Provider(TranslationScope scope, MeshObject source, JwtRule rule, string path)
    {
        var result = new JwtProvider
        {
            Issuer = rule.Issuer,
            Forward = rule.ForwardOriginalToken,
            ForwardPayloadHeader = rule.OutputPayloadToHeader,
            PayloadInMetadata = ClaimMatchers.Payload,
            // Routes may ask for claims, so they are found after this filter.
            ClearRouteCache = scope.Proxy.Role == ProxyRole.Gateway,
            LocalJwks = new DataSource { InlineString = Keys(scope, source, rule, path) },
            NormalizePayloadInMetadata = new JwtProvider.Types.NormalizePayload(),
        };
        result.Audiences.Add(rule.Audiences);
        result.FromHeaders.Add(rule.FromHeaders.Select(h => new XdsHeader { Name = h.Name, ValuePrefix = h.Prefix }));
        result.FromParams.Add(rule.FromParams);
        result.FromCookies.Add(rule.FromCookies);
        result.ClaimToHeaders.Add(rule.OutputClaimToHeaders.Select(c => new JwtClaimToHeader { HeaderName = c.Header, ClaimName = c.Claim }));
        result.NormalizePayloadInMetadata.SpaceDelimitedClaims.Add(
            AlwaysSpaceDelimited.Union(rule.SpaceDelimitedClaims, StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return result;
    }

    private static string Keys(TranslationScope scope, MeshObject source, JwtRule rule, string path)
    {
        if (KeySetLocation.Of(rule) is not { } location) return rule.Jwks;
        if (scope.Index.Snapshot.KeySets.TryGetValue(location, out var keys)) return keys;
        scope.Report(source.Key, path, $"The keys of issuer '{rule.Issuer}' could not be fetched yet; its tokens are refused until they are.");
        return NoKeys;
    }
}
