using System.Security.Cryptography;
using System.Text;
using Mesh.Sidecar.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// A wish to change the protocol: HTTP/1.1's Upgrade passed on, or a WebSocket over HTTP/2 (RFC 8441) put as one. In the latter the key is ours to
/// make and to see answered.
/// </summary>
internal sealed class UpgradeRequest
{
    private const string WebSocketGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly string _protocol;
    private readonly string? _key;

    private UpgradeRequest(string method, string protocol, string? key) => (Method, _protocol, _key) = (method, protocol, key);

    public string Method { get; }

    /// <summary>Null for a request that asks for nothing of the kind, or for what cannot be passed on.</summary>
    public static UpgradeRequest? Of(ProxyRequest request)
    {
        var features = request.Http.Features;
        var http = request.Http.Request;
        if (!request.Connection.IsHttp2)
        {
            if (features[typeof(IHttpUpgradeFeature)] is not IHttpUpgradeFeature { IsUpgradableRequest: true }) return null;
            var protocol = http.Headers.Upgrade.ToString();
            // Within HTTP/2 in a tunnel requests would pass nobody's rules.
            return protocol.Length == 0 || protocol.Contains("h2c", StringComparison.OrdinalIgnoreCase) || protocol.Contains("HTTP/", StringComparison.OrdinalIgnoreCase)
                ? null : new UpgradeRequest(http.Method, protocol, null);
        }
        if (features[typeof(IHttpExtendedConnectFeature)] is not IHttpExtendedConnectFeature { IsExtendedConnect: true, Protocol: { Length: > 0 } wanted }) return null;
        var isWebSocket = wanted.Equals("websocket", StringComparison.OrdinalIgnoreCase);
        return new UpgradeRequest(HttpMethods.Get, wanted, isWebSocket ? Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)) : null);
    }

    public bool TryWrite(WriteBuffer buffer)
    {
        buffer.Write("Connection: Upgrade\r\n"u8);
        return RequestHead.TryWriteField(buffer, "Upgrade", _protocol) && (_key is null || RequestHead.TryWriteField(buffer, "Sec-WebSocket-Key", _key));
    }

    /// <summary>Whether a 101 is the answer to this.</summary>
    public bool IsAnsweredBy(ResponseHead head)
    {
        if (!head.TryGet("Upgrade", out _)) return false;
        if (_key is null) return true;
        return head.TryGet("Sec-WebSocket-Accept", out var accept) && accept == AcceptOf(_key);
    }

    // RFC 6455, 4.2.2: SHA-1 is what the protocol says; it proves that the other side speaks it, no more.
#pragma warning disable CA5350
    private static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + WebSocketGuid)));
#pragma warning restore CA5350
}
