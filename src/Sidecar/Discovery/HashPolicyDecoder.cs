using Mesh.Sidecar.Routing;
using XdsHashPolicy = Envoy.Config.Route.V3.RouteAction.Types.HashPolicy;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads what a route's requests are hashed by.</summary>
internal static class HashPolicyDecoder
{
    public static HashPolicy Decode(XdsHashPolicy policy) => policy.PolicySpecifierCase switch
    {
        XdsHashPolicy.PolicySpecifierOneofCase.Header => new HashPolicy(HashSource.Header, policy.Header.HeaderName.ToLowerInvariant(), null, policy.Terminal),
        XdsHashPolicy.PolicySpecifierOneofCase.QueryParameter => new HashPolicy(HashSource.QueryParameter, policy.QueryParameter.Name, null, policy.Terminal),
        XdsHashPolicy.PolicySpecifierOneofCase.ConnectionProperties when policy.ConnectionProperties.SourceIp =>
            new HashPolicy(HashSource.SourceAddress, "", null, policy.Terminal),
        XdsHashPolicy.PolicySpecifierOneofCase.Cookie => new HashPolicy(HashSource.Cookie, policy.Cookie.Name, Cookie(policy.Cookie), policy.Terminal),
        _ => throw InvalidResourceException.Unsupported($"hash_policy {policy.PolicySpecifierCase}"),
    };

    private static HashCookieModel Cookie(XdsHashPolicy.Types.Cookie cookie)
    {
        var attributes = string.Concat(cookie.Attributes.Select(a => a.Value.Length > 0 ? $"; {Plain(a.Name)}={Plain(a.Value)}" : $"; {Plain(a.Name)}"));
        return new HashCookieModel(Plain(cookie.Name), cookie.Ttl?.ToTimeSpan(), Plain(cookie.Path), attributes);
    }

    // They are written into a header: nothing in them may end it, or begin another attribute.
    private static string Plain(string text) => text.AsSpan().ContainsAny("\r\n\0;,\"")
        ? throw new InvalidResourceException($"hash_policy.cookie: '{text}' has a character that no cookie may have") : text;
}
