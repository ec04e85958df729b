using System.Net;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Mirroring;

/// <summary>The head of a copy: as the request goes upstream, with a Host that tells it apart.</summary>
internal static class MirrorRequest
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static HttpRequestMessage Build(
        ProxyRequest request, RouteModel route, MirrorModel model, EndpointModel endpoint, UpstreamProtocol protocol, HttpContent? body,
        PeerMetadata? metadata)
    {
        var from = request.Http.Request;
        var http2 = protocol == UpstreamProtocol.Downstream ? request.Connection.IsHttp2 : protocol == UpstreamProtocol.Http2;
        var host = request.Destination?.HostRewrite ?? route.HostRewrite ?? from.Headers.Host.ToString();
        var named = model.KeepsHost || host.Length == 0 ? host : Shadow(host);
        var message = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(endpoint.State.Key.PrefixFor(named) + request.Target, AsWritten))
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        foreach (var (name, value) in from.Headers)
        {
            if (HopByHop.IsRequestHeader(name)) continue;
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
                body?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }
        if (from.Headers.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase)) message.Headers.TryAddWithoutValidation("TE", "trailers");
        if (named.Length > 0) message.Headers.Host = named;
        if (metadata is null) return message;
        message.Headers.TryAddWithoutValidation(PeerMetadata.Header, metadata.OwnHeader);
        message.Headers.TryAddWithoutValidation(PeerMetadata.IdHeader, metadata.OwnId);
        return message;
    }

    /// <summary>Envoy's suffix, before the port: <c>shop:80</c> becomes <c>shop-shadow:80</c>.</summary>
    internal static string Shadow(string host)
    {
        var name = RouteTable.WithoutPort(host);
        return $"{name}-shadow{host.AsSpan(name.Length)}";
    }
}
