using System.Net;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Transport;
using Mesh.Sidecar.Upstreams;
using Mesh.Sidecar.Upstreams.Http1;

namespace Mesh.Sidecar.Balancing;

/// <summary>
/// One endpoint's stable identity: its connection pool and its in-flight count. Safe from all threads. It outlives changes of health and
/// weight; once retired, its idle connections go with the last request in flight.
/// </summary>
internal sealed class EndpointState
{
    // Far below zero once disposed: a request that still holds an old snapshot sees a count that is not positive and picks again.
    private const int Disposed = int.MinValue / 2;
    private readonly Lock _creation = new();
    // By loop; written under the lock, read without.
    private const int MaxHosts = 256;
    private HttpMessageInvoker?[] _invokers = [];
    private Http1Pool?[] _pools = [];
    // By loop and server name, where connections are of use for one name only; under the lock.
    private Dictionary<(int Loop, string Host), Http1Pool>? _hostPools;
    private volatile string? _principal;
    private LastSeries? _lastSeries;
    private int _inFlight;
    private volatile bool _retired;

    public EndpointState(EndpointKey key, UpstreamConnector connector, EndpointVitals? vitals = null) =>
        (Key, Connector, Vitals, Slots) = (key, connector, vitals ?? new EndpointVitals(), key.Connection.CountsRequests ? new ConnectionSlots(this) : null);

    public EndpointKey Key { get; }

    public UpstreamConnector Connector { get; }

    public EndpointVitals Vitals { get; }

    /// <summary>Its HTTP/2 connections where each is counted; else null, and <see cref="InvokerOn"/> has them.</summary>
    public ConnectionSlots? Slots { get; }

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

    /// <summary>
    /// The HTTP/1.1 connections for requests that run on <paramref name="loop"/>; where their number is limited, there is one pool for all
    /// loops. Only between <see cref="TryAcquire"/> and <see cref="Release"/>.
    /// </summary>
    public Http1Pool PoolOn(EventLoop loop)
    {
        var index = Key.Connection.MaxConnections == int.MaxValue ? loop.Index : 0;
        var pools = Volatile.Read(ref _pools);
        return (index < pools.Length ? pools[index] : null) ?? CreatePool(index);
    }

    /// <summary>As <see cref="PoolOn(EventLoop)"/>, for requests of one Host: where connections are made for a server name, others have no use for them.</summary>
    public Http1Pool PoolOn(EventLoop loop, string host)
    {
        if (Key.Tls is not { Originated.IsPerHost: true }) return PoolOn(loop);
        var key = (Key.Connection.MaxConnections == int.MaxValue ? loop.Index : 0, Security.ServerName.Of(host).ToLowerInvariant());
        lock (_creation)
        {
            _hostPools ??= [];
            if (_hostPools.TryGetValue(key, out var known)) return known;
            // Clients choose the names: those of a wildcard have no end. What is in use goes on and is closed afterwards.
            if (_hostPools.Count >= MaxHosts) ForgetHosts_NeedsLock();
            return _hostPools[key] = new Http1Pool(this, key.Item2);
        }
    }

    /// <summary>
    /// The HTTP/2 connections, and those of mirrors, for requests that run on <paramref name="loop"/>; where the number of connections is limited, there is one for
    /// all loops. Only between <see cref="TryAcquire"/> and <see cref="Release"/>.
    /// </summary>
    public HttpMessageInvoker InvokerOn(EventLoop loop)
    {
        var index = Key.Connection.MaxConnections == int.MaxValue ? loop.Index : 0;
        var invokers = Volatile.Read(ref _invokers);
        return (index < invokers.Length ? invokers[index] : null) ?? CreateInvoker(loop, index);
    }

    /// <summary>HTTP/1.1 connections at rest.</summary>
    public int IdleConnections
    {
        get
        {
            var idle = Volatile.Read(ref _pools).Sum(pool => pool?.Idle ?? 0);
            lock (_creation) return idle + (_hostPools?.Values.Sum(pool => pool.Idle) ?? 0);
        }
    }

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

    private Http1Pool CreatePool(int index)
    {
        lock (_creation)
        {
            var pools = _pools;
            if (index >= pools.Length) Array.Resize(ref pools, index + 1);
            var pool = pools[index] ??= new Http1Pool(this);
            Volatile.Write(ref _pools, pools);
            return pool;
        }
    }

    private HttpMessageInvoker CreateInvoker(EventLoop loop, int index)
    {
        lock (_creation)
        {
            var invokers = _invokers;
            if (index >= invokers.Length) Array.Resize(ref invokers, index + 1);
            var invoker = invokers[index] ??= Connector.CreateInvoker(this, loop);
            Volatile.Write(ref _invokers, invokers);
            return invoker;
        }
    }

    private void TryDispose()
    {
        if (Interlocked.CompareExchange(ref _inFlight, Disposed, 0) != 0) return;
        Slots?.Dispose();
        lock (_creation)
        {
            foreach (var invoker in _invokers) invoker?.Dispose();
            foreach (var pool in _pools) pool?.Dispose();
            ForgetHosts_NeedsLock();
        }
    }

    private void ForgetHosts_NeedsLock()
    {
        foreach (var pool in _hostPools?.Values ?? Enumerable.Empty<Http1Pool>()) pool.Dispose();
        _hostPools?.Clear();
    }
}

/// <summary>What makes two endpoints the same pool: address, TLS and connection settings.</summary>
internal sealed record EndpointKey(EndPoint Address, Security.UpstreamTlsModel? Tls, ConnectionSettings Connection)
{
    /// <summary>The Host of requests that name none.</summary>
    public string Authority { get; } = NameOf(Address);

    /// <summary>
    /// The address as YARP wants it. The mesh's own TLS is nothing that HTTP/2's <c>:scheme</c> speaks of; servers outside, some of which compare it with what they are
    /// reached by, are told https.
    /// </summary>
    public string Prefix { get; } = $"{SchemeOf(Tls)}://{NameOf(Address)}";

    /// <summary>As <see cref="Prefix"/>, for a request of that Host: HttpClient keeps connections by it.</summary>
    public string PrefixFor(string host)
    {
        if (Tls is not { Originated.IsPerHost: true } || Security.ServerName.Of(host) is not { Length: > 0 } name) return Prefix;
        return name.Contains(':') ? $"https://[{name}]" : $"https://{name}";
    }

    private static string SchemeOf(Security.UpstreamTlsModel? tls) => tls is { Originated: not null } ? "https" : "http";

    // A socket of the file system has no name for it.
    private static string NameOf(EndPoint address) => address is IPEndPoint ? address.ToString()! : "localhost";
}
