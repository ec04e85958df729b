using System.Net;
using System.Net.Sockets;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>HTTP/2 with prior knowledge or by ALPN, plain or as gRPC with one empty message; a connection for each request.</summary>
internal static class Http2Client
{
    public static async Task<Answer> SendAsync(
        IPEndPoint to, string method, Uri url, bool isGrpc, IEnumerable<(string Name, string Value)> headers, byte[]? body, TlsClient? tls, CancellationToken cancellation)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = ConnectAsync });
        using var request = new HttpRequestMessage(new HttpMethod(method), WithoutTls(url)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (isGrpc) body = new byte[5];
        if (body is not null) request.Content = new ByteArrayContent(body);
        if (isGrpc) request.Content!.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        if (isGrpc) request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content!.Headers.TryAddWithoutValidation(name, value);
        return await ReadAsync(client, request, cancellation);

        async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken connecting)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(to, connecting);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return tls is null ? plain : await tls.ConnectAsync(plain, "h2", connecting) ?? throw new IOException(tls.Refused.Body);
        }
    }

    // The handler's own TLS stays out of it: that of the callback is there already.
    private static Uri WithoutTls(Uri url) => url.Scheme == "http" ? url : new UriBuilder(url) { Scheme = "http", Port = url.Port }.Uri;

    private static async Task<Answer> ReadAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellation)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        var status = 0;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            status = (int)response.StatusCode;
            foreach (var header in response.Headers.Concat(response.Content.Headers)) headers[header.Key.ToLowerInvariant()] = string.Join('\n', header.Value);
            var body = await response.Content.ReadAsStringAsync(cancellation);
            foreach (var header in response.TrailingHeaders) headers[header.Key.ToLowerInvariant()] = string.Join('\n', header.Value);
            return new Answer(status, headers, body, true);
        }
        catch (HttpRequestException e)
        {
            headers["x-client-error"] = e.HttpRequestError.ToString();
            return new Answer(status, headers, e.Message, false);
        }
    }
}
