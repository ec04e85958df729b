using Mesh.Sidecar.Admin;
using Mesh.Sidecar.Discovery;
using Mesh.Sidecar.Faults;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Listeners;
using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.Names;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Tcp;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Transport;
using Mesh.Sidecar.Upstreams;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Sidecar.Hosting;

/// <summary>
/// One proxy, put together and taken down. Starts: admin, then certificate and discovery side by side; listeners open as discovery says.
/// <see cref="StopAsync"/> drains. Start and stop are called once each; the rest is safe from all threads.
/// </summary>
internal sealed partial class SidecarProcess : IAsyncDisposable
{
    private readonly SidecarOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _quit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventLoops _loops;
    private readonly Acceptor _acceptor;
    private readonly Grpc.Net.Client.GrpcChannel _channel;
    private readonly HttpServer _http;
    private readonly AdminServer _admin;
    private readonly CertificateClient _certificates;
    private volatile bool _draining;
    private Task _work = Task.CompletedTask;

    public SidecarProcess(SidecarOptions options, StderrLogging logging, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _log = logging.CreateLogger("Mesh.Sidecar");
        _services = new ServiceCollection().AddSingleton<ILoggerFactory>(logging).AddLogging().AddHttpForwarder().BuildServiceProvider();
        var transport = new InternalTransport();
        var handshakes = new TlsHandshakes(Identity, new PeerVerifier(options.TrustDomain, time, _log), new ServerHandshakes(time, _log));
        var credentials = new CredentialFiles(options.CredentialsDirectory, new CertificateFiles(time, _log));
        var metadata = new PeerMetadata(options);
        _loops = new EventLoops(options.Concurrency > 0 ? options.Concurrency : EventLoops.DefaultCount);
        var front = new ConnectionFront(_loops, handshakes, transport, new TcpForwarder(metadata, Identity, Metrics, time, _log), Connections, time, _log);
        var connector = new UpstreamConnector(handshakes, time);
        _acceptor = new Acceptor(front, e => _quit.TrySetException(e), _log);
        Configuration = new ProxyConfiguration(connector, _acceptor, Identity, credentials,
            new ChainDrain(TimeSpan.FromSeconds(options.DrainSeconds), time, _stopping.Token), options.IsGateway, time, _log);
        UnknownHosts = new UnknownHosts(connector,
            (name, cancellation) => HostLookup.ResolveAsync(name, AddressFamilies.PreferIPv4, time, cancellation), Configuration.IsOwnAddress, time, _log);
        Mirrors = new MirrorTraffic(metadata, time, _log);
        Faults = new FaultInjection(time);
        var forwarding = new Forwarding(_services.GetRequiredService<IHttpForwarder>(), new RequestPreparation(Mirrors),
            UnknownHosts, metadata, time, _log);
        var pipeline = new RequestPipeline(forwarding, Faults, metadata, new RequestRecorder(Metrics, metadata, Identity, time), time, _log);
        _http = new HttpServer(transport, new ProxyApplication(pipeline), _services, logging);
        _channel = AgentChannel.Open(options.AgentSocket, logging);
        Discovery = new DiscoveryClient(_channel, Configuration, options, time, _log);
        Configuration.OnNewEndpoints = Discovery.Poke;
        _certificates = new CertificateClient(_channel, Identity, options, Discovery.Poke, time, _log);
        var pages = new AdminPages(options, new ConfigDump(Configuration, Identity, metadata, time), new PrometheusText(Metrics, Gauges(), new UpstreamText(Configuration.Upstreams), Configuration.RouteStatistics, Configuration.RateLimits), logging,
            () => IsReady, BeginDrain, () => _quit.TrySetResult());
        _admin = new AdminServer(options, pages, _services, logging);
    }

    public WorkloadIdentity Identity { get; } = new();

    public RequestMetrics Metrics { get; } = new();

    public ConnectionGauge Connections { get; } = new();

    public MirrorTraffic Mirrors { get; }

    public FaultInjection Faults { get; }

    public UnknownHosts UnknownHosts { get; }

    public ProxyConfiguration Configuration { get; }

    public DiscoveryClient Discovery { get; }

    public long Renewals => _certificates.Renewals;

    /// <summary>Configuration and certificate are there and nobody has asked to leave.</summary>
    public bool IsReady => !_draining && Configuration.IsReady;

    /// <summary>Admin, readiness and metrics addresses.</summary>
    public IReadOnlyList<string> AdminAddresses => _admin.Addresses;

    /// <summary>Completes when the admin port asks to quit; fails when a listener died.</summary>
    public Task Quit => _quit.Task;

    public async Task StartAsync(CancellationToken cancellation)
    {
        await _http.StartAsync(cancellation);
        await _admin.StartAsync(cancellation);
        _work = Task.WhenAll(
            _certificates.RunAsync(_stopping.Token), Discovery.RunAsync(_stopping.Token), new MemoryTrim(_time).RunAsync(_stopping.Token));
        Log.Started(_log, _options.NodeId, OpenFiles.Limit);
    }

    /// <summary>
    /// Tells everyone to go elsewhere: not ready, GOAWAY on inbound HTTP/2, <c>Connection: close</c> on inbound HTTP/1.1. New connections
    /// are still taken, since the endpoint's withdrawal takes a moment to reach all callers.
    /// </summary>
    public void BeginDrain()
    {
        _draining = true;
        foreach (var chain in Chains())
            if (chain.Listener.IsInbound || _options.IsGateway) chain.Connections.Drain();
    }

    /// <summary>Drains for up to the configured time, then stops.</summary>
    public async Task StopAsync()
    {
        BeginDrain();
        await WaitForIdleAsync(TimeSpan.FromSeconds(_options.DrainSeconds));
        await _stopping.CancelAsync();
        foreach (var listener in Configuration.Listeners.Values) listener.StopAccepting();
        foreach (var chain in Chains())
        {
            chain.Connections.CloseIdle();
            chain.Connections.AbortTcp();
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
        await _http.StopAsync(limit.Token);
        await _admin.StopAsync(limit.Token);
        await _work;
        Log.Stopped(_log);
    }

    public async ValueTask DisposeAsync()
    {
        Configuration.Dispose();
        _http.Dispose();
        _admin.Dispose();
        _channel.Dispose();
        _acceptor.Dispose();
        _loops.Dispose();
        _stopping.Dispose();
        await _services.DisposeAsync();
    }

    // Waits out a moment in any case: callers learn of the withdrawal only after it, and still send.
    private async Task WaitForIdleAsync(TimeSpan limit)
    {
        var started = _time.GetTimestamp();
        var settle = limit / 5;
        while (_time.GetElapsedTime(started) < limit)
        {
            if (_time.GetElapsedTime(started) >= settle && InFlight() == 0) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
        }
    }

    private int InFlight() => Configuration.Upstreams.Values.Sum(u => u.ActiveRequests) + Chains().Sum(c => c.Connections.TcpCount);

    private IEnumerable<FilterChainModel> Chains() => Configuration.Listeners.Values.SelectMany(l => l.Loaded?.Chains ?? []);

    private List<ProcessGauge> Gauges() =>
    [
        new("mesh_sidecar_memory_resident_bytes", "Resident memory.", () => Environment.WorkingSet),
        new("mesh_sidecar_gc_heap_bytes", "Managed heap.", () => GC.GetTotalMemory(forceFullCollection: false)),
        new("mesh_sidecar_allocated_bytes_total", "Bytes allocated on the managed heap since the start.", () => GC.GetTotalAllocatedBytes()),
        new("mesh_sidecar_open_files_limit", "Listeners, connections and other files this process may have open together.", () => OpenFiles.Limit),
        new("mesh_sidecar_cpu_seconds_total", "CPU time, user and system.", () => Environment.CpuUsage.TotalTime.TotalSeconds),
        new("mesh_sidecar_downstream_connections", "Open downstream connections.", () => Connections.OpenConnections),
        new("mesh_sidecar_downstream_connections_total", "Downstream connections accepted.", () => Connections.Total),
        new("mesh_sidecar_discovery_connected", "Whether the discovery stream stands.", () => Discovery.IsConnected ? 1 : 0),
        new("mesh_sidecar_discovery_connects_total", "Discovery streams opened.", () => Discovery.Connects),
        new("mesh_sidecar_ready", "Whether this proxy is ready.", () => IsReady ? 1 : 0),
        new("mesh_sidecar_certificate_renewals_total", "Certificates installed.", () => _certificates.Renewals),
        new("mesh_sidecar_certificate_expiry_seconds", "When the certificate ends, in Unix time.",
            () => Identity.Current is { } own ? new DateTimeOffset(own.Leaf.NotAfter.ToUniversalTime()).ToUnixTimeSeconds() : 0),
        new("mesh_sidecar_mirrors_active", "Copies of requests on their way to mirrors.", () => Mirrors.Active),
        new("mesh_sidecar_mirrors_sent_total", "Copies of requests that a mirror answered.", () => Mirrors.Sent),
        new("mesh_sidecar_mirrors_failed_total", "Copies of requests that no mirror answered.", () => Mirrors.Failed),
        new("mesh_sidecar_mirrors_cut_total", "Copies of requests cut because the mirror was too slow for the body or the caller gave up.", () => Mirrors.Cut),
        new("mesh_sidecar_mirrors_dropped_total", "Copies of requests not begun: too many at once, or no endpoint.", () => Mirrors.Dropped),
        new("mesh_sidecar_faults_active", "Requests that suffer an injected fault.", () => Faults.Active),
        new("mesh_sidecar_fault_delays_total", "Injected delays.", () => Faults.Delays),
        new("mesh_sidecar_fault_aborts_total", "Injected aborts.", () => Faults.Aborts),
        new("mesh_sidecar_fault_overflow_total", "Requests spared because of max_active_faults.", () => Faults.Overflows),
        new("mesh_sidecar_jwt_allowed_total", "Requests with a good token, or without one where that is allowed.", () => Configuration.Tokens.Allowed),
        new("mesh_sidecar_jwt_denied_total", "Requests refused for their token.", () => Configuration.Tokens.Denied),
        new("mesh_sidecar_jwt_preflights_total", "CORS preflights, which pass without a token.", () => Configuration.Tokens.Preflights),
        new("mesh_sidecar_jwt_cache_hits_total", "Tokens whose signature was known to be good.", () => Configuration.Tokens.Hits),
        new("mesh_sidecar_jwt_cache_misses_total", "Tokens whose signature had to be checked.", () => Configuration.Tokens.Misses),
        new("mesh_sidecar_metric_overflow_total", "Requests counted without their own label set.", () => Metrics.Overflowed),
    ];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "started as {Node}; may have {Files} files open, one for each listener and connection")]
        public static partial void Started(ILogger logger, string node, ulong files);

        [LoggerMessage(2, LogLevel.Information, "stopped")]
        public static partial void Stopped(ILogger logger);
    }
}
