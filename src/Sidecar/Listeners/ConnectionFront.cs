using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Tcp;
using Mesh.Sidecar.Transport;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// The life of a connection: (1) give the socket to an event loop, (2) see its first bytes where they matter, (3) pick the filter chain, (4) end TLS,
/// (5) splice TCP or hand to Kestrel and wait for its end, (6) say goodbye. Every connection runs here on its own; the class holds no state of one.
/// </summary>
internal sealed partial class ConnectionFront(
    EventLoops loops, TlsHandshakes handshakes, InternalTransport kestrel, TcpForwarder tcp, ConnectionGauge gauge,
    TimeProvider time, ILogger log)
{
    /// <summary>Envoy's default for listener filters and for a TLS handshake.</summary>
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(15);

    /// <summary>Clients that connect before they have something to say are served as long as those that are idle after it (Envoy, for HTTP).</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromHours(1);

    public async Task ServeAsync(Socket socket, ListenerModel listener)
    {
        using var open = gauge.Open();
        // (1)
        var transport = SocketStream.Attach(socket, loops.Next());
        try
        {
            await ServeAsync(transport, listener);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException
            or ConnectionAbortedException or ConnectionResetException)
        {
            Log.Ended(log, listener.Name, transport.RemoteEndPoint, e.Message);
        }
        finally
        {
            await transport.DisposeAsync();
        }
    }

    private async Task ServeAsync(SocketStream transport, ListenerModel listener)
    {
        // (2)
        var protocol = WireProtocol.Other;
        var hello = ClientGreeting.None;
        if (listener.NeedsBytes)
        {
            using var limit = new CancellationTokenSource(SilenceLimit, time);
            protocol = await ConnectionSniffer.SniffAsync(transport, () => limit.CancelAfter(HandshakeLimit), limit.Token);
            if (protocol == WireProtocol.Tls && listener.NeedsGreeting) hello = await ServerNameSniffer.ReadAsync(transport, limit.Token);
        }
        if (protocol == WireProtocol.Closed) return;

        // (3)
        var chain = FilterChains.Find(listener.Chains, transport.LocalEndPoint, hello.ServerName, protocol == WireProtocol.Tls);
        if (chain is null)
        {
            Log.NoChain(log, listener.Name, transport.RemoteEndPoint, protocol);
            transport.Abort();
            return;
        }

        // (4)
        if (chain.Tls is null)
        {
            await ServeChainAsync(transport, Pipe(transport, transport), null, chain, protocol, null);
            return;
        }
        if (protocol != WireProtocol.Tls)
        {
            Log.PlainTextRefused(log, listener.Name, transport.RemoteEndPoint);
            transport.Abort();
            return;
        }
        var peer = await HandshakeAsync(transport, chain.Tls, hello.KnowsEcdsa);
        await using (peer.Stream)
        {
            var pipe = Pipe(peer.Stream, transport);
            await ServeChainAsync(transport, pipe, peer.Stream, chain, await InnerProtocolAsync(pipe, chain, peer.Alpn), peer.SpiffeId);
        }
    }

    private async Task<TlsPeer> HandshakeAsync(SocketStream transport, DownstreamTlsModel tls, bool knowsEcdsa)
    {
        using var limit = new CancellationTokenSource(HandshakeLimit, time);
        return await handshakes.AcceptAsync(transport, tls, knowsEcdsa, limit.Token);
    }

    // ALPN decides; without it, the first bytes do.
    private async ValueTask<WireProtocol> InnerProtocolAsync(DuplexPipe pipe, FilterChainModel chain, SslApplicationProtocol alpn)
    {
        if (chain.Http is null) return WireProtocol.Other;
        if (alpn == TlsHandshakes.IstioH2 || alpn == SslApplicationProtocol.Http2) return WireProtocol.Http2;
        if (alpn == TlsHandshakes.IstioHttp11 || alpn == SslApplicationProtocol.Http11) return WireProtocol.Http1;
        using var limit = new CancellationTokenSource(SilenceLimit, time);
        return await ConnectionSniffer.SniffAsync(pipe.Input, limit.Token);
    }

    private async Task ServeChainAsync(
        SocketStream transport, DuplexPipe pipe, SslStream? tls, FilterChainModel chain, WireProtocol protocol, string? peer)
    {
        // (5)
        if (protocol == WireProtocol.Closed) return;
        if (chain.Http is null)
        {
            await tcp.ForwardAsync(pipe, tls, transport, chain, peer);
            return;
        }
        // As Envoy's codecs: what is not HTTP/2 is read as HTTP/1, and answered with 400 if it cannot be.
        var connection = new DownstreamConnection(transport, pipe, chain, peer, protocol == WireProtocol.Http2)
        {
            ClientCertificateHeader = (chain.Http.DescribeClient || chain.Http.AppendClient) && tls is not null ? ClientDescription.Of(tls, chain.Http.DescribeCertificate) : null,
        };
        transport.OnPeerGone(connection.OnPeerGone);
        chain.Connections.Add(connection);
        try
        {
            if (kestrel.TryDispatch(connection)) await connection.Finished;
        }
        finally
        {
            chain.Connections.Remove(connection);
        }
        // (6)
        await Farewell.SayAsync(transport, tls, isSaid: connection.IsHttp2, time);
    }

    private static DuplexPipe Pipe(Stream stream, SocketStream socket) => new(new StreamInput(stream, socket), new StreamOutput(stream, socket));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Listener}: connection from {Peer} ended: {Reason}")]
        public static partial void Ended(ILogger logger, string listener, System.Net.EndPoint? peer, string reason);

        [LoggerMessage(2, LogLevel.Warning, "{Listener}: no filter chain for {Protocol} from {Peer}")]
        public static partial void NoChain(ILogger logger, string listener, System.Net.EndPoint? peer, WireProtocol protocol);

        [LoggerMessage(3, LogLevel.Warning, "{Listener}: plain text from {Peer} refused, mutual TLS is required")]
        public static partial void PlainTextRefused(ILogger logger, string listener, System.Net.EndPoint? peer);
    }
}

/// <summary>Open downstream connections, counted by tokens.</summary>
internal sealed class ConnectionGauge
{
    private int _open;
    private long _total;

    public int OpenConnections => Volatile.Read(ref _open);

    public long Total => Volatile.Read(ref _total);

    public Token Open()
    {
        Interlocked.Increment(ref _open);
        Interlocked.Increment(ref _total);
        return new Token(this);
    }

    internal sealed class Token(ConnectionGauge owner) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref owner._open);
    }
}
