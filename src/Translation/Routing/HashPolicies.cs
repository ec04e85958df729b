using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using HashPolicy = Envoy.Config.Route.V3.RouteAction.Types.HashPolicy;

namespace Mesh.Translation.Routing;

/// <summary>What a route's requests are hashed by, for destinations with consistent hashing.</summary>
internal static class HashPolicies
{
    public static void Apply(RouteAction action, LoadBalancerSettings? settings)
    {
        if (settings?.ConsistentHash is { } hash && Translate(hash) is { } policy && !action.HashPolicy.Contains(policy)) action.HashPolicy.Add(policy);
    }

    private static HashPolicy? Translate(ConsistentHashLb hash)
    {
        if (hash.HttpHeaderName is { } header) return new HashPolicy { Header = new HashPolicy.Types.Header { HeaderName = header } };
        if (hash.HttpQueryParameterName is { } parameter) return new HashPolicy { QueryParameter = new HashPolicy.Types.QueryParameter { Name = parameter } };
        if (hash.UseSourceIp == true) return new HashPolicy { ConnectionProperties = new HashPolicy.Types.ConnectionProperties { SourceIp = true } };
        return hash.HttpCookie is { } cookie ? new HashPolicy { Cookie = Cookie(cookie) } : null;
    }

    private static HashPolicy.Types.Cookie Cookie(HttpCookie cookie)
    {
        var result = new HashPolicy.Types.Cookie { Name = cookie.Name, Path = cookie.Path };
        if (cookie.Ttl is { } ttl) result.Ttl = Duration.FromTimeSpan(ttl);
        foreach (var attribute in cookie.Attributes)
            result.Attributes.Add(new HashPolicy.Types.CookieAttribute { Name = attribute.Name, Value = attribute.Value });
        return result;
    }
}
