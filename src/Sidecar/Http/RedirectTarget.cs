using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Http;

/// <summary>The Location of a redirect: what the route says, the rest from the request.</summary>
internal static class RedirectTarget
{
    public static string Build(ProxyRequest request, RedirectModel redirect)
    {
        var http = request.Http.Request;
        var downstream = request.Connection.Chain.Tls is null ? "http" : "https";
        var scheme = redirect.Scheme ?? downstream;
        var host = redirect.Host ?? Host(http.Host.Value ?? "", keepPort: redirect.Port == 0 && scheme == downstream);
        if (redirect.Port > 0) host = $"{RouteTable.WithoutPort(host)}:{redirect.Port}";
        var length = RequestPath.PathLength(request.Target);
        var path = redirect.Path ?? redirect.Rewrite?.Apply(request.Route!.Path, request.Target[..length]) ?? request.Target[..length];
        var query = redirect.StripQuery || path.Contains('?') ? "" : request.Target[length..];
        return $"{scheme}://{host}{path}{query}";
    }

    // The port belongs to the scheme: another scheme has another port.
    private static string Host(string host, bool keepPort) => keepPort ? host : RouteTable.WithoutPort(host).ToString();
}
