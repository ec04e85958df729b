using System.Buffers;
using Mesh.Sidecar.Resilience;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>
/// Refuses, before a route is looked for, what Kestrel's parser lets through and what the next hop could read in another way, and what this
/// proxy does not do at all. The answers are Envoy's; each ends an HTTP/1 connection, whose further bytes mean nothing certain.
/// </summary>
internal static class RequestVetting
{
    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Null when the request may go on. May take an offer to upgrade from it that is not for this proxy.</summary>
    public static ProxyOutcome? Judge(ProxyRequest request, HttpRequest http)
    {
        if (request.Connection.IsHttp2) return JudgeHttp2(request, http);
        if (HttpProtocol.IsHttp10(http.Protocol) && JudgeHttp10(request, http.Headers) is { } refused) return refused;
        if (http.Headers.TransferEncoding is { Count: > 0 } coding)
        {
            // Kestrel moves a Content-Length beside a Transfer-Encoding to a header of this name.
            if (http.Headers.ContainsKey("X-Content-Length")) return ProxyOutcome.BadRequest;
            if (coding.Count > 1 || !"chunked".Equals(coding[0], StringComparison.OrdinalIgnoreCase)) return ProxyOutcome.CodingNotSupported;
        }
        if (!KnownMethods.Contains(http.Method) || HasInvalidName(http.Headers)) return ProxyOutcome.BadRequest;
        if (HttpMethods.IsConnect(http.Method))
        {
            request.EndsConnection = true;
            return ProxyOutcome.RouteNotFound;
        }
        return http.Headers.Upgrade.Count > 0 ? JudgeUpgrade(request, http) : null;
    }

    private static ProxyOutcome? JudgeHttp2(ProxyRequest request, HttpRequest http)
    {
        var headers = http.Headers;
        // RFC 9113, 8.2.2; of Connection itself, and of a TE other than trailers, Kestrel thinks as the RFC does.
        if (headers.TransferEncoding.Count > 0 || headers.Upgrade.Count > 0 || headers.KeepAlive.Count > 0 || headers.ContainsKey("Proxy-Connection")) return ProxyOutcome.BadRequest;
        if (HasInvalidName(headers)) return ProxyOutcome.BadRequest;
        return HttpMethods.IsConnect(http.Method) ? JudgeConnect(request) : null;
    }

    private static bool HasInvalidName(IHeaderDictionary headers)
    {
        foreach (var header in headers)
            if (header.Key is not [':', ..] && header.Key.AsSpan().ContainsAnyExcept(Token)) return true;
        return false;
    }

    // RFC 9112, 6.1: a transfer coding in a message of HTTP/1.0 makes its framing faulty.
    private static ProxyOutcome? JudgeHttp10(ProxyRequest request, IHeaderDictionary headers)
    {
        if (!request.Chain.AcceptsHttp10) return ProxyOutcome.VersionRefused;
        return headers.TransferEncoding.Count > 0 || headers.Host.Count == 0 ? ProxyOutcome.BadRequest : null;
    }

    private static ProxyOutcome? JudgeUpgrade(ProxyRequest request, HttpRequest http)
    {
        if (request.Http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) return null;
        var offered = http.Headers.Upgrade.ToString();
        if (Array.Exists(request.Chain.Upgrades, u => u.Equals(offered, StringComparison.OrdinalIgnoreCase))) return null;
        // RFC 9113 withdrew it; as Envoy, the request goes on in HTTP/1.1.
        if (!"h2c".Equals(offered, StringComparison.OrdinalIgnoreCase)) return ProxyOutcome.UpgradeRefused;
        http.Headers.Upgrade = default;
        request.Http.Features.Set<IHttpUpgradeFeature>(null);
        return null;
    }

    // RFC 8441: websockets by CONNECT; any other CONNECT asks for a tunnel that no route of the mesh gives.
    private static ProxyOutcome? JudgeConnect(ProxyRequest request)
    {
        if (request.Http.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true, Protocol: { } protocol }) return ProxyOutcome.RouteNotFound;
        return Array.Exists(request.Chain.Upgrades, u => u.Equals(protocol, StringComparison.OrdinalIgnoreCase)) ? null : ProxyOutcome.UpgradeRefused;
    }
}
