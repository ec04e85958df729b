using System.Net;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams;

namespace Mesh.Sidecar.Balancing;

/// <summary>
/// One endpoint's stable identity: its connection pool and its in-flight count. Safe from all threads. It outlives changes of health and
/// weight; once retired, its idle connections go with the last request in flight.
/// </summary>
internal sealed class EndpointState
{
    // Far below zero once disposed: a request that still holds an old snapshot sees a count that is not positive and picks again.
    private const int Disposed = int.MinValue / 2;
    private readonly Lazy<HttpMessageInvoker> _invoker;
    private volatile string? _principal;
    private LastSeries? _lastSeries;
    private int _inFlight;
    private volatile bool _retired;

    public EndpointState(EndpointKey key, UpstreamConnector connector)
    {
        (Key, Connector) = (key, connector);
        _invoker = new Lazy<HttpMessageInvoker>(() => connector.CreateInvoker(this));
    }

    public EndpointKey Key { get; }

    public HttpMessageInvoker Invoker => _invoker.Value;

    public UpstreamConnector Connector { get; }

    /// <summary>The SPIFFE ID that the peer proved on the newest connection; null before the first and without mutual TLS.</summary>
    public string? Principal
    {
        get => _principal;
        set => _principal = value;
    }

    /// <summary>Where the last request to this endpoint was counted.</summary>
    public ref LastSeries? LastSeries => ref _lastSeries;

    public int InFlight => Math.Max(0, Volatile.Read(ref _inFlight));

    public bool IsRetired => _retired;

    /// <summary>Counts a request in; false when this endpoint is gone. Each true is answered by one <see cref="Release"/>.</summary>
    public bool TryAcquire()
    {
        if (Interlocked.Increment(ref _inFlight) > 0) return true;
        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && _retired) TryDispose();
    }

    /// <summary>Takes the endpoint out of use.</summary>
    public void Retire()
    {
        _retired = true;
        TryDispose();
    }

    private void TryDispose()
    {
        if (Interlocked.CompareExchange(ref _inFlight, Disposed, 0) == 0 && _invoker.IsValueCreated) _invoker.Value.Dispose();
    }
}

/// <summary>What makes two endpoints the same pool: address, TLS and connection settings.</summary>
internal sealed record EndpointKey(IPEndPoint Address, Security.UpstreamTlsModel? Tls, ConnectionSettings Connection)
{
    /// <summary>The address as YARP wants it.</summary>
    public string Prefix { get; } = $"http://{Address}";
}

/// <summary>An upstream's connection settings; two equal ones may share connections.</summary>
internal sealed record ConnectionSettings(TimeSpan ConnectTimeout, TimeSpan IdleTimeout, int MaxConnections);
