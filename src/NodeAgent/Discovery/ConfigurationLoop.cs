using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Model;
using Mesh.NodeAgent.Options;
using Mesh.NodeAgent.Workloads;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// From the model to the proxies. One loop does it all, so nothing here needs a lock:
/// <code>
/// facts -> 1 who is connected -> 2 snapshot and index -> 3 compile per proxy -> 4 publish -> 5 account
/// </code>
/// Nothing is delayed on purpose: the first change goes at once, those that come while it is compiled go together after it.
/// </summary>
internal sealed partial class ConfigurationLoop : BackgroundService
{
    private readonly ConfigurationInbox _inbox = new();
    private readonly ConfigurationCompiler _compiler;
    private readonly ConfigurationAccounting _accounting;
    private readonly MeshModel _model;
    private readonly LocalWorkloads _workloads;
    private readonly HealthProber _prober;
    private readonly ILogger<ConfigurationLoop> _logger;
    private readonly Dictionary<(WorkloadId Id, Translation.ProxyDialect Dialect), ProxyState> _proxies = [];
    private MeshSnapshot _snapshot = MeshSnapshot.Empty;

    /// <summary>What a step that failed was to bring in; the next one brings it in with its own.</summary>
    private ConfigurationWork? _unfinished;

    public ConfigurationLoop(
        AgentOptions options, MeshModel model, LocalWorkloads workloads, HealthProber prober, ConfigurationAccounting accounting,
        AgentMetrics metrics, ILogger<ConfigurationLoop> logger)
    {
        (_model, _workloads, _prober, _accounting, _logger) = (model, workloads, prober, accounting, logger);
        _compiler = new ConfigurationCompiler(options.Node, options.TrustDomain, workloads, metrics, logger);
        model.Changed += _inbox.Put;
        workloads.Changed += _inbox.PutLocal;
    }

    /// <summary>A summary of every connected proxy, for people; replaced whole after every step.</summary>
    public IReadOnlyList<ProxySummary> Proxies { get; private set; } = [];

    /// <summary>The revision that was compiled last.</summary>
    public Revision Compiled { get; private set; }

    public void Connect(ProxyConnection connection) => _inbox.PutConnected(connection);

    public void Disconnect(ProxyConnection connection) => _inbox.PutDisconnected(connection);

    /// <summary>A proxy answered something.</summary>
    public void Touch(ProxyConnection connection) => _inbox.PutTouched(connection);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What the disk cache brought in before anybody listened.
        if (_model.IsComplete) _inbox.Put(_model.Snapshot, ModelChange.None);
        while (!stoppingToken.IsCancellationRequested)
        {
            Run(await _inbox.TakeAsync(stoppingToken));
        }
    }

    /// <summary>One step. A defect met in one change must not end configuration for good: what was published stands, and nothing is lost.</summary>
    internal void Run(ConfigurationWork work)
    {
        if (_unfinished is { } unfinished) work = work.After(unfinished);
        _unfinished = work;
        try
        {
            Step(work);
            _unfinished = null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // How far it came is unknown, so the index is not to be built upon.
            _compiler.Rebuild();
            Log.StepFailed(_logger, e);
        }
    }

    private void Step(ConfigurationWork work)
    {
        _snapshot = work.Model ?? _snapshot;
        foreach (var connection in work.Connected) Add(connection);
        foreach (var connection in work.Disconnected) Remove(connection);
        if (_model.IsComplete)
        {
            var compilation = _compiler.Run(_snapshot, work.Change, work.Local, _proxies.Values);
            Compiled = _snapshot.Revision;
            _accounting.Account(_snapshot, compilation, work, _proxies.Values);
        }

        foreach (var id in work.Local)
            if (!_workloads.Current.ContainsKey(id)) _accounting.Forget(id, _proxies.Values);
        Proxies = [.. _proxies.Values.Select(ProxySummary.Of)];
    }

    private void Add(ProxyConnection connection)
    {
        var key = (connection.Node.Id, connection.Node.Dialect);
        if (!_proxies.TryGetValue(key, out var proxy)) _proxies[key] = proxy = new ProxyState(key.Id, key.Dialect);
        proxy.Connections.Add(connection);
        // A second stream of a proxy that is compiled already; the first one is published to with the compilation.
        if (proxy.Published is { } published) connection.Publish(published);
    }

    private void Remove(ProxyConnection connection)
    {
        var key = (connection.Node.Id, connection.Node.Dialect);
        if (!_proxies.TryGetValue(key, out var proxy) || !proxy.Connections.Remove(connection) || proxy.Connections.Count > 0) return;
        _proxies.Remove(key);
        _accounting.Disconnected(proxy, connection);
        _prober.ProbeNow(key.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "A change of configuration could not be processed; it is tried again whole with the next one")]
        public static partial void StepFailed(ILogger logger, Exception exception);
    }
}
