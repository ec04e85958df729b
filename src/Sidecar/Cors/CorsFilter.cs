using Mesh.Sidecar.Http;
using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Cors;

/// <summary>Envoy's CORS filter: answers preflights, and remembers the origin whose page may read the response.</summary>
internal static class CorsFilter
{
    /// <summary>True when the request was a preflight and has its answer.</summary>
    public static bool TryAnswer(ProxyRequest request, CorsModel policy)
    {
        if (policy.Enabled is { } share && !share.Draw()) return false;
        var asked = request.Http.Request;
        var origin = asked.Headers.Origin.ToString();
        if (origin.Length == 0) return false;
        var allowed = policy.Allows(origin);
        if (allowed) request.CorsOrigin = origin;
        var method = asked.Headers.AccessControlRequestMethod.ToString();
        if (!HttpMethods.IsOptions(asked.Method) || method.Length == 0) return false;
        if (!allowed && policy.ForwardsUnmatched) return false;
        Answer(request, policy, method);
        return true;
    }

    /// <summary>Adds what the page's browser must see in a response, ours or the application's; replaces what that said itself.</summary>
    public static void Stamp(IHeaderDictionary response, CorsModel policy, string origin)
    {
        response.AccessControlAllowOrigin = origin;
        if (policy.Credentials) response.AccessControlAllowCredentials = "true";
        if (policy.Exposed.Length > 0) response.AccessControlExposeHeaders = policy.Exposed;
    }

    private static void Answer(ProxyRequest request, CorsModel policy, string method)
    {
        request.Outcome = ProxyOutcome.DirectResponse;
        var asked = request.Http.Request.Headers;
        var response = request.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = 0;
        var headers = response.Headers;
        if (policy.Credentials) headers.AccessControlAllowCredentials = "true";
        if (policy.Methods.Length > 0) headers.AccessControlAllowMethods = policy.Methods == "*" ? method : policy.Methods;
        if (policy.Headers.Length > 0) headers.AccessControlAllowHeaders = policy.Headers == "*" ? asked.AccessControlRequestHeaders : policy.Headers;
        if (policy.MaxAge.Length > 0) headers.AccessControlMaxAge = policy.MaxAge;
        if (policy.PrivateNetwork && asked["access-control-request-private-network"].ToString() == "true")
            headers["access-control-allow-private-network"] = "true";
        // Its own answer passes the filter again on the way out (Envoy).
        if (request.CorsOrigin is { } origin) Stamp(headers, policy, origin);
    }
}
