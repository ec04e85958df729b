using System.Diagnostics;
using System.Net.Security;
using System.Text;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Upstreams;

/// <summary>Dials endpoints: TCP, then TLS where the endpoint asks for it: the mesh's, or that of a server outside.</summary>
internal sealed class UpstreamConnector(TlsHandshakes handshakes, TimeProvider time)
{
    /// <summary>
    /// A connection pool of its own for one endpoint, whose connections run on <paramref name="loop"/>. With the mesh's TLS the URI scheme stays http, so that HTTP/2 goes with prior
    /// knowledge over the stream that <see cref="ConnectAsync"/> has already secured; with a server's outside it is https, and the handler takes the stream as it is
    /// because it is TLS.
    /// </summary>
    public HttpMessageInvoker CreateInvoker(EndpointState endpoint, EventLoop loop)
    {
        var key = endpoint.Key;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = key.Connection.MaxConnections,
            PooledConnectionIdleTimeout = key.Connection.IdleTimeout,
            PooledConnectionLifetime = key.Connection.MaxLifetime,
            // The callback below has its own limit, and tells a connect timeout from a cancelled request.
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            MaxResponseHeadersLength = 96,
            InitialHttp2StreamWindowSize = 256 * 1024,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ConnectCallback = async (context, cancellation) =>
            {
                var protocol = context.InitialRequestMessage.Version.Major >= 2 ? AppProtocol.Http2 : AppProtocol.Http1;
                // The URI was made by EndpointKey.PrefixFor.
                return (await DialAsync(endpoint, protocol, loop, cancellation, context.DnsEndPoint.Host)).Stream;
            },
        };
        return new HttpMessageInvoker(new RepeatedSending(handler, time), disposeHandler: true);
    }

    public TimeProvider Time => time;

    /// <summary>A connection ready for bytes. Any failure, a timeout too, is an <see cref="IOException"/> that names the endpoint.</summary>
    public async ValueTask<Stream> ConnectAsync(EndpointState endpoint, AppProtocol protocol, EventLoop loop, CancellationToken cancellation) =>
        (await DialAsync(endpoint, protocol, loop, cancellation)).Stream;

    /// <summary>The same, with the socket beneath, for requests to <paramref name="host"/>.</summary>
    public async ValueTask<(Stream Stream, SocketStream Socket)> DialAsync(
        EndpointState endpoint, AppProtocol protocol, EventLoop loop, CancellationToken cancellation, string host = "")
    {
        var key = endpoint.Key;
        using var limit = new CancellationTokenSource(key.Connection.ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        SocketStream? stream = null;
        try
        {
            stream = await SocketStream.ConnectAsync(key.Address, loop, both.Token, key.Connection.Keepalive);
            return (key.Tls is null ? stream : await SecureAsync(stream, endpoint, key.Tls, host, protocol, both.Token), stream);
        }
        catch (Exception e)
        {
            if (stream is not null) await stream.DisposeAsync();
            if (cancellation.IsCancellationRequested) throw;
            throw new IOException(limit.IsCancellationRequested ? $"{key.Address}: connection timeout" : $"{key.Address}: {e.Message}", e);
        }
    }

    private async ValueTask<Stream> SecureAsync(
        Stream stream, EndpointState endpoint, UpstreamTlsModel tls, string host, AppProtocol protocol, CancellationToken cancellation)
    {
        var peer = await handshakes.ConnectAsync(stream, tls, host, protocol, cancellation);
        Debug.Assert(peer.Stream.IsAuthenticated);
        if (endpoint.Principal != peer.SpiffeId) endpoint.Principal = peer.SpiffeId;
        if (protocol == AppProtocol.Http2 && peer.Alpn != TlsHandshakes.IstioH2 && peer.Alpn != SslApplicationProtocol.Http2
            && peer.Alpn != default)
            throw new IOException($"peer speaks {peer.Alpn}, not HTTP/2");
        return peer.Stream;
    }
}
