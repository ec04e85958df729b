using System.Globalization;
using System.Net;

namespace Mesh.Sidecar.Http;

/// <summary>What Envoy's operators without an argument say of a request; addresses as <c>IP:PORT</c>.</summary>
internal static class RequestFacts
{
    public static Func<ProxyRequest, string> Reader(string @operator) => @operator switch
    {
        "PROTOCOL" => static r => r.Connection.IsHttp2 ? "HTTP/2" : "HTTP/1.1",
        "ROUTE_NAME" => static r => r.Route?.Name ?? "",
        "RESPONSE_CODE" => static r => r.Http.Response.StatusCode.ToString(CultureInfo.InvariantCulture),
        "RESPONSE_FLAGS" => static r => ResponseFlags.Of(r),
        "UPSTREAM_HOST" or "UPSTREAM_REMOTE_ADDRESS" => static r => r.Endpoint?.State.Key.Address.ToString() ?? "",
        "UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" => static r => (r.Endpoint?.State.Key.Address as IPEndPoint)?.Address.ToString() ?? "",
        "UPSTREAM_CLUSTER" => static r => r.Destination?.Upstream.Name ?? "",
        "UPSTREAM_REQUEST_ATTEMPT_COUNT" => static r => r.Tries.ToString(CultureInfo.InvariantCulture),
        "DOWNSTREAM_REMOTE_ADDRESS" => static r => Text(Client(r)),
        "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT" => static r => Client(r)?.Address.ToString() ?? "",
        "DOWNSTREAM_DIRECT_REMOTE_ADDRESS" => static r => Text(Peer(r)),
        "DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT" => static r => Peer(r)?.Address.ToString() ?? "",
        "DOWNSTREAM_LOCAL_ADDRESS" => static r => Text(Local(r)),
        "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT" => static r => Local(r)?.Address.ToString() ?? "",
        "DOWNSTREAM_LOCAL_PORT" => static r => Local(r)?.Port.ToString(CultureInfo.InvariantCulture) ?? "",
        "DOWNSTREAM_PEER_URI_SAN" => static r => r.Connection.PeerPrincipal ?? "",
        _ => throw new ArgumentOutOfRangeException(nameof(@operator), @operator, "an operator without a reader"),
    };

    private static string Text(IPEndPoint? address) => address?.ToString() ?? "";

    private static IPEndPoint? Peer(ProxyRequest request) => request.Connection.RemoteEndPoint as IPEndPoint;

    private static IPEndPoint? Local(ProxyRequest request) => request.Connection.LocalEndPoint as IPEndPoint;

    // Behind another proxy the client is the last one that X-Forwarded-For names; its port is not known (Envoy writes 0).
    public static IPEndPoint? Client(ProxyRequest request)
    {
        if (request.Chain.IsEdge) return Peer(request);
        var forwarded = request.Http.Request.Headers["X-Forwarded-For"].ToString();
        var last = forwarded.AsSpan(forwarded.LastIndexOf(',') + 1).Trim();
        return IPAddress.TryParse(last, out var address) ? new IPEndPoint(address, 0) : Peer(request);
    }
}
