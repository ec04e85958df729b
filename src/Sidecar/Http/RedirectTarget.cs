using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Http;

/// <summary>The Location of a redirect: what the route says, the rest from the request (Envoy's newUri).</summary>
internal static class RedirectTarget
{
    public static string Build(ProxyRequest request, RedirectModel redirect)
    {
        var http = request.Http.Request;
        var downstream = RequestScheme.Of(http);
        var scheme = redirect.Scheme ?? downstream;
        var host = redirect.Host ?? OwnHost(http.Host.Value ?? "", downstream, scheme, hasPort: redirect.Port > 0);
        if (redirect.Port > 0) host = $"{host}:{redirect.Port}";
        var length = RequestPath.PathLength(request.Target);
        var path = redirect.Path ?? redirect.Rewrite?.Apply(request.Route!.Path, request.Target[..length]) ?? request.Target[..length];
        // A query that the route writes takes the place of the request's, and is never stripped.
        var query = path.Contains('?') || redirect.StripQuery ? "" : request.Target[length..];
        return $"{scheme}://{host}{path}{query}";
    }

    // The request's port stays, also under another scheme, unless it is the old scheme's own.
    private static string OwnHost(string host, string before, string after, bool hasPort)
    {
        var name = RouteTable.WithoutPort(host);
        var port = host.AsSpan(name.Length);
        var isOldDefault = before != after && (before == "https" ? port is ":443" : port is ":80");
        return hasPort || isOldDefault ? name.ToString() : host;
    }
}
