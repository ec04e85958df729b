using System.Text.Json;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules.Security;

/// <summary>What a RequestAuthentication must satisfy beyond its fields.</summary>
internal static class RequestAuthenticationRules
{
    private const int MaxSpaceDelimitedClaims = 64;

    public static void Check(RequestAuthentication spec, RuleContext context)
    {
        TargetRules.Check(spec.Selector, spec.TargetRef, spec.TargetRefs, context);
        if (spec.TargetRef is { } target) CheckTarget(target, context.Field("targetRef"));
        for (var i = 0; i < spec.TargetRefs.Length; i++) CheckTarget(spec.TargetRefs[i], context.Field("targetRefs").Item(i));
        for (var i = 0; i < spec.JwtRules.Length; i++) CheckRule(spec.JwtRules[i], context.Field("jwtRules").Item(i));
    }

    // The others are of the Gateway API, or need waypoints.
    private static void CheckTarget(PolicyTargetReference target, RuleContext context)
    {
        if (target.Name.Length > 0 && ((target.Group, target.Kind) is ("gateway.networking.k8s.io", "Gateway" or "GatewayClass") or ("networking.istio.io", "ServiceEntry")))
            context.Refuse($"a {target.Kind} as a target is not enforced", target.Kind == "ServiceEntry" ? "Verify tokens where the requests leave or arrive: name a Service." : "Select the gateway's workloads by labels: selector.");
    }

    private static void CheckRule(JwtRule rule, RuleContext context)
    {
        if (rule is { Issuer: "", JwksUri: "" }) context.Field("issuer").Error("required, unless jwksUri is given");
        context.Field("audiences").CheckNotEmpty(rule.Audiences);
        CheckKeys(rule, context);
        CheckLocations(rule, context);
        if (rule.OutputPayloadToHeader.Length > 0) CheckHeader(rule.OutputPayloadToHeader, context.Field("outputPayloadToHeader"));
        for (var i = 0; i < rule.OutputClaimToHeaders.Length; i++)
        {
            var at = context.Field("outputClaimToHeaders").Item(i).Field("header");
            var header = rule.OutputClaimToHeaders[i].Header;
            if (header.Length == 0) continue;
            CheckHeader(header, at);
            if (rule.OutputClaimToHeaders.Take(i).Any(o => o.Header.Equals(header, StringComparison.OrdinalIgnoreCase))) at.Error($"the header {Names.Quote(header)} is given twice");
        }

        context.Field("spaceDelimitedClaims").CheckNotEmpty(rule.SpaceDelimitedClaims);
        context.Field("spaceDelimitedClaims").CheckUnique(rule.SpaceDelimitedClaims, c => c, "claim");
        if (rule.SpaceDelimitedClaims.Length > MaxSpaceDelimitedClaims) context.Field("spaceDelimitedClaims").Error($"at most {MaxSpaceDelimitedClaims} claims are allowed");
    }

    private static void CheckKeys(JwtRule rule, RuleContext context)
    {
        if (rule is { JwksUri.Length: > 0, Jwks.Length: > 0 }) context.Error("only one of jwksUri, jwks may be set");
        if (rule.JwksUri.Length > 0 && !(Uri.TryCreate(rule.JwksUri, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0))
            context.Field("jwksUri").Error($"{Names.Quote(rule.JwksUri)} is not a URL with http or https");
        else if (rule.JwksUri.StartsWith("http:", StringComparison.Ordinal))
            context.Field("jwksUri").Warn("the keys are fetched without TLS, so whoever can change that traffic can forge tokens", "Use https.");
        if (rule.Jwks.Length > 0 && KeysProblem(rule.Jwks) is { } problem) context.Field("jwks").Error($"not a set of keys (JWKS): {problem}");
    }

    private static void CheckLocations(JwtRule rule, RuleContext context)
    {
        for (var i = 0; i < rule.FromHeaders.Length; i++)
            if (rule.FromHeaders[i].Name.Length > 0) CheckHeader(rule.FromHeaders[i].Name, context.Field("fromHeaders").Item(i).Field("name"));
        context.Field("fromParams").CheckNotEmpty(rule.FromParams);
        context.Field("fromCookies").CheckNotEmpty(rule.FromCookies);
    }

    private static void CheckHeader(string name, RuleContext context)
    {
        if (!Names.IsHeaderName(name)) context.Error($"{Names.Quote(name)} is not a header name");
    }

    private static string? KeysProblem(string jwks)
    {
        try
        {
            using var document = JsonDocument.Parse(jwks);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return "it must be a JSON object";
            if (!document.RootElement.TryGetProperty("keys", out var keys)) return document.RootElement.TryGetProperty("kty", out _) ? null : "it has no \"keys\"";
            if (keys.ValueKind != JsonValueKind.Array) return "\"keys\" must be a list";
            if (keys.GetArrayLength() == 0) return "\"keys\" is empty";
            if (keys.EnumerateArray().Any(k => k.ValueKind == JsonValueKind.Object && k.TryGetProperty("kty", out var kind) && kind.ValueEquals("oct"u8)))
                return "a symmetric key (oct) would let every proxy sign tokens; use a key pair";
            return keys.EnumerateArray().All(k => k.ValueKind == JsonValueKind.Object && k.TryGetProperty("kty", out var type) && type.ValueKind == JsonValueKind.String)
                ? null
                : "each key must have its type, \"kty\"";
        }
        catch (JsonException)
        {
            return "it is not JSON";
        }
    }
}
