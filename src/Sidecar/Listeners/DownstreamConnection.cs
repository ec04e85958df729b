using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// One accepted connection after the L4 front is done with it: its transport (decrypted where the filter chain ended TLS), the filter
/// chain in force for it, and who the peer proved to be. It is also the connection feature by which a request finds all that. Written by
/// the front before Kestrel sees it; afterwards only <see cref="Drain"/> changes it, from any thread.
/// </summary>
internal sealed class DownstreamConnection : ConnectionContext
{
    private const int FewestStreams = 500;

    private static long _last;

    private readonly SocketStream _socket;
    private readonly StreamOutput _output;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LastSeries? _lastSeries;
    private int _streams;
    private int _takenBack;
    private volatile bool _draining;
    private volatile bool _begun;

    public DownstreamConnection(SocketStream socket, IDuplexPipe pipe, FilterChainModel chain, string? peerPrincipal, bool isHttp2)
    {
        _socket = socket;
        _output = (StreamOutput)pipe.Output;
        Transport = pipe;
        Chain = chain;
        PeerPrincipal = peerPrincipal;
        IsHttp2 = isHttp2;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Features.Set(this);
    }

    /// <summary>The loop that this connection, and what its requests need, runs on.</summary>
    public EventLoop Loop => _socket.Loop;

    public FilterChainModel Chain { get; }

    /// <summary>The peer's SPIFFE ID as proved by its certificate; null without mutual TLS.</summary>
    public string? PeerPrincipal { get; }

    public bool IsHttp2 { get; }

    /// <summary>What <c>x-forwarded-client-cert</c> says of the peer; null without mutual TLS.</summary>
    public string? ClientCertificateHeader { get; init; }

    /// <summary>Whether this connection is to end after the request at hand.</summary>
    public bool IsDraining => _draining;

    /// <summary>The last peer metadata header of this connection and what it says: a peer repeats it on each request.</summary>
    public (string Header, PeerIdentity Peer) LastPeer { get; set; }

    /// <summary>Where the last request of this connection was counted.</summary>
    public ref LastSeries? LastSeries => ref _lastSeries;

    /// <summary>Completes when Kestrel is done with the connection.</summary>
    public Task Finished => _finished.Task;

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId
    {
        get => field ??= Interlocked.Increment(ref _last).ToString("x", CultureInfo.InvariantCulture);
        set;
    }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items
    {
        get => field ??= new ConnectionItems();
        set;
    }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>The peer closed or reset its side: a request in flight is of no use to anybody, as with Envoy.</summary>
    public void OnPeerGone() => ThreadPool.UnsafeQueueUserWorkItem(static connection => connection._closed.Cancel(), this, preferLocal: false);

    /// <summary>A request has come.</summary>
    public void Begin()
    {
        if (_begun) return;
        _begun = true;
        // Either this or Drain sees what the other has set.
        Interlocked.MemoryBarrier();
        if (_draining && IsHttp2) RequestClose();
    }

    /// <summary>
    /// Asks the peer to go elsewhere: GOAWAY on HTTP/2; on HTTP/1.1 the next response says <c>Connection: close</c>, because
    /// closing an idle connection races with the request that may already be on its way.
    /// </summary>
    public void Drain()
    {
        _draining = true;
        Interlocked.MemoryBarrier();
        if (IsHttp2) CloseIdle();
    }

    /// <summary>
    /// Counts a stream that has ended. Asking and taking back at once costs a client nothing and us a request each (CVE-2023-44487): as with
    /// Envoy, a connection that does so with most of its streams is closed after 500 of them.
    /// </summary>
    public void OnStreamEnd(bool takenBack)
    {
        var streams = Interlocked.Increment(ref _streams);
        var taken = takenBack ? Interlocked.Increment(ref _takenBack) : Volatile.Read(ref _takenBack);
        if (takenBack && streams >= FewestStreams && taken * 2L > streams) _socket.Abort();
    }

    /// <summary>Closes once idle; what is in flight finishes. Where HTTP/2 has not begun yet it waits for the first request: ahead of SETTINGS, GOAWAY is an error.</summary>
    public void CloseIdle()
    {
        if (!IsHttp2 || _begun || _output.HasWritten) RequestClose();
    }

    private void RequestClose() => Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    public override void Abort(ConnectionAbortedException abortReason) => _socket.Abort();

    // The front owns the socket and disposes it after TLS said goodbye.
    public override ValueTask DisposeAsync()
    {
        _finished.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
