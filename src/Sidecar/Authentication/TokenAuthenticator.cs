using System.Text;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using Microsoft.Extensions.Primitives;

namespace Mesh.Sidecar.Authentication;

/// <summary>
/// Envoy's jwt_authn filter of one filter chain. A request without a token passes where the requirement says so; a bad token is refused. Immutable
/// but for the providers' caches.
/// </summary>
internal sealed class TokenAuthenticator(TokenProvider[] providers, TokenRequirement requirement, bool bypassPreflights, bool isSilent, TokenStatistics statistics)
{
    private const int MaxRealm = 256;

    /// <summary>Null when the request goes on; else the answer that refuses it.</summary>
    public Task? Refuse(ProxyRequest request)
    {
        var http = request.Http.Request;
        // The feature collection may be another request's from before.
        request.Http.Features[typeof(VerifiedToken)] = null;
        foreach (var provider in providers) provider.Sanitize(http.Headers);
        if (bypassPreflights && HttpMethods.IsOptions(http.Method) && !StringValues.IsNullOrEmpty(http.Headers.Origin)
            && !StringValues.IsNullOrEmpty(http.Headers.AccessControlRequestMethod))
        {
            statistics.CountPreflight();
            return null;
        }
        var status = requirement.Verify(request);
        if (status == TokenStatus.Good)
        {
            statistics.CountAllowed();
            return null;
        }
        statistics.CountDenied();
        return AnswerAsync(request, status);
    }

    private Task AnswerAsync(ProxyRequest request, TokenStatus status)
    {
        request.Outcome = ProxyOutcome.Unauthenticated;
        var code = status == TokenStatus.AudienceNotAllowed ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (isSilent) return LocalReply.WriteAsync(request, code, default, "text/plain");
        var challenge = $"Bearer realm=\"{Realm(request)}\"" + (status == TokenStatus.Missing ? "" : ", error=\"invalid_token\"");
        return LocalReply.WriteAsync(request, code, Encoding.UTF8.GetBytes(TokenStatuses.Text(status)), "text/plain", headers: [("www-authenticate", challenge)]);
    }

    // What was asked for, without the query, in which a token may stand; and without what would end the quotes.
    private static string Realm(ProxyRequest request)
    {
        var http = request.Http.Request;
        var text = $"{http.Headers["X-Forwarded-Proto"]}://{http.Headers.Host}{request.Target.AsSpan(0, RequestPath.PathLength(request.Target))}";
        var clean = new StringBuilder(text, 0, Math.Min(text.Length, MaxRealm), MaxRealm);
        for (var i = 0; i < clean.Length; i++)
            if (clean[i] is '"' or '\\' or < ' ' or > '~') clean[i] = '_';
        return clean.ToString();
    }
}
