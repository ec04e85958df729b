using System.Collections.Immutable;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Mesh.Protocol;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Authentication;

/// <summary>RequestAuthentications and claims of routes as Envoy's filter and metadata matches.</summary>
public sealed class RequestAuthenticationTests
{
    private const string Keys = """{"keys":[{"kty":"RSA","kid":"a"}]}""";

    private static readonly ProxyDescriptor Cart = Proxies.Sidecar("default/cart-1", "app=cart", "127.77.1.2");

    [Fact]
    public void Translate_GatewayWithTokensAndClaims_MatchesGolden() => GoldenFile.Verify("tokens", Translator.Translate(new MeshBuilder()
        .Service("default/reviews", "http:9080").Workload("default/reviews-1", "127.77.1.1", "app=reviews").Apply("""
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: shop}
        spec:
          selector: {istio: ingressgateway}
          servers: [{port: {number: 8080, name: http, protocol: HTTP}, hosts: ["*"]}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop}
        spec:
          hosts: ["*"]
          gateways: [shop]
          http:
          - match:
            - headers: {"@request.auth.claims.group": {exact: staff}, "@Request.Auth.Claims[tenant.id][Name]": {prefix: a}, x-plain: {}}
              withoutHeaders: {"@request.auth.claims.banned": {}, "@request.auth.claims.role": {regex: "guest.*"}}
            route: [{destination: {host: reviews}}]
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: all, namespace: mesh-system}
        spec:
          selector: {matchLabels: {istio: ingressgateway}}
          jwtRules:
          - issuer: https://second
            audiences: [shop]
            jwksUri: https://second/keys
            fromHeaders: [{name: x-token, prefix: "Token "}]
            forwardOriginalToken: true
          - issuer: https://first
            jwks: '{"keys":[{"kty":"RSA"}]}'
            outputPayloadToHeader: x-payload
            outputClaimToHeaders: [{header: x-user, claim: sub}]
            spaceDelimitedClaims: [roles]
        """).Build(), Proxies.Gateway()));

    [Theory]
    [InlineData("jwksUri: https://a/keys", "https://a/keys")]
    [InlineData("", "openid:https://a")]
    public void Keys_ThatWereFetched_AreInTheFilter_AndMissingOnesRefuseAndAreReported(string source, string location)
    {
        var snapshot = Mesh(source).Build();
        var before = Translator.Translate(snapshot, Cart);
        Assert.Equal("""{"keys":[]}""", Provider(before).LocalJwks.InlineString);
        Assert.Contains(before.Problems, p => p.Path == "spec.jwtRules[0]" && p.Reason.Contains("could not be fetched", StringComparison.Ordinal));

        var after = Translator.Translate(snapshot with { KeySets = ImmutableDictionary<string, string>.Empty.Add(location, Keys) }, Cart);
        Assert.Equal(Keys, Provider(after).LocalJwks.InlineString);
        Assert.DoesNotContain(after.Problems, p => p.Path.StartsWith("spec.jwtRules", StringComparison.Ordinal));
    }

    [Fact]
    public void Sidecars_HaveItInboundOnly_AndBeforeTheLimits()
    {
        var mesh = Mesh("jwks: '{\"keys\":[{\"kty\":\"RSA\"}]}'").Apply("""
            apiVersion: mesh.dev/v1alpha1
            kind: RateLimitPolicy
            metadata: {name: l}
            spec: {rules: [{name: all, requests: 1, unit: DAY}]}
            """);
        var resources = Translator.Translate(mesh.Build(), Cart);
        Assert.Equal([TypeUrls.JwtAuthentication, TypeUrls.RateLimit, TypeUrls.Router], Filters(resources, "127.77.1.2_80").Select(f => f.TypedConfig.TypeUrl));
        Assert.DoesNotContain(Filters(resources, "http_proxy"), f => f.TypedConfig.TypeUrl == TypeUrls.JwtAuthentication);
    }

    private static MeshBuilder Mesh(string source) => new MeshBuilder().Service("default/cart", "http:80").Apply($$"""
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens}
        spec:
          jwtRules:
          - issuer: https://a
            {{source}}
        """);

    private static JwtProvider Provider(ProxyResources resources) => Assert.Single(JwtAuthentication.Parser.ParseFrom(
        Filters(resources, "127.77.1.2_80").Single(f => f.TypedConfig.TypeUrl == TypeUrls.JwtAuthentication).TypedConfig.Value).Providers).Value;

    private static IEnumerable<HttpFilter> Filters(ProxyResources resources, string listener) => HttpConnectionManager.Parser.ParseFrom(
        Listener.Parser.ParseFrom(resources.Listeners[listener].Body.Value).FilterChains[^1].Filters[0].TypedConfig.Value).HttpFilters;
}
