using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Authentication;
using Mesh.NodeAgent.Model;
using Mesh.NodeAgent.Options;
using Mesh.NodeAgent.Workloads;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// From the model to the proxies. One loop does it all, so nothing here needs a lock:
/// <code>
/// facts -> 1 who is there, or should be -> 2 snapshot and index -> 3 compile per proxy -> 4 publish -> 5 account
/// </code>
/// Nothing is delayed on purpose: the first change goes at once, those that come while it is compiled go together after it.
/// </summary>
internal sealed partial class ConfigurationLoop : BackgroundService
{
    private static readonly Translation.ProxyDialect[] Dialects = Enum.GetValues<Translation.ProxyDialect>();

    private readonly ConfigurationInbox _inbox = new();
    private readonly ConfigurationCompiler _compiler;
    private readonly ConfigurationAccounting _accounting;
    private readonly CompiledIndex _compiled;
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
        CompiledIndex compiled, AgentMetrics metrics, ILogger<ConfigurationLoop> logger, KeySets? keySets = null)
    {
        (_model, _workloads, _prober, _accounting, _compiled, _logger) = (model, workloads, prober, accounting, compiled, logger);
        _compiler = new ConfigurationCompiler(options.Node, options.TrustDomain, workloads, keySets, metrics, compiled, logger);
        if (keySets is not null) keySets.Changed += objects => _inbox.PutChange(ModelChange.None with { Objects = objects });
        model.Changed += _inbox.Put;
        workloads.Changed += _inbox.PutLocal;
        foreach (var id in workloads.Current.Keys) _inbox.PutLocal(id);
    }

    /// <summary>A summary of every proxy, for people; replaced whole after every step.</summary>
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
        if (work.Model is not null) _compiled.Settle(_compiler.Index);
    }

    private void Step(ConfigurationWork work)
    {
        _snapshot = work.Model ?? _snapshot;
        foreach (var connection in work.Connected) Add(connection);
        foreach (var connection in work.Disconnected) Remove(connection);
        foreach (var id in work.Local) Expect(id);
        if (_model.IsComplete)
        {
            var compilation = _compiler.Run(_snapshot, work.Change, work.Local, _proxies.Values);
            Compiled = _snapshot.Revision;
            _accounting.Account(_snapshot, compilation, work, _proxies.Values);
        }

        Proxies = [.. _proxies.Values.Select(ProxySummary.Of)];
    }

    private void Add(ProxyConnection connection)
    {
        var key = (connection.Node.Id, connection.Node.Dialect);
        if (!_proxies.TryGetValue(key, out var proxy)) _proxies[key] = proxy = new ProxyState(key.Id, key.Dialect);
        (proxy.Version, proxy.IsSettled) = (connection.Node.Version, false);
        proxy.Connections.Add(connection);
        // It may come as another kind of proxy than it was expected as.
        foreach (var other in StatesOf(key.Id).Where(p => !p.IsConnected)) Drop(other);
        // A second stream of a proxy that is compiled already; the first one is published to with the compilation.
        if (proxy.Published is { } published) connection.Publish(published);
    }

    private void Remove(ProxyConnection connection)
    {
        var key = (connection.Node.Id, connection.Node.Dialect);
        if (!_proxies.TryGetValue(key, out var proxy) || !proxy.Connections.Remove(connection) || proxy.IsConnected) return;
        _accounting.Disconnected(proxy, connection);
        if (!IsExpected(key.Id) || StatesOf(key.Id).Any(p => p.IsConnected)) Drop(proxy);
        _prober.ProbeNow(key.Id);
    }

    // A registration came, changed or went: its proxy counts from the first moment, and until the registration is gone.
    private void Expect(WorkloadId id)
    {
        if (!IsExpected(id))
        {
            foreach (var proxy in StatesOf(id).Where(p => !p.IsConnected)) Drop(proxy);
            if (!StatesOf(id).Any()) _accounting.Forget(id);
        }
        else if (!StatesOf(id).Any())
        {
            _proxies[(id, Translation.ProxyDialect.Mesh)] = new ProxyState(id, Translation.ProxyDialect.Mesh);
        }
    }

    private void Drop(ProxyState proxy)
    {
        _proxies.Remove((proxy.Id, proxy.Dialect));
        _accounting.Left(proxy);
        if (!StatesOf(proxy.Id).Any()) _accounting.Forget(proxy.Id);
    }

    private bool IsExpected(WorkloadId id) =>
        _workloads.Current.TryGetValue(id, out var local) && local.Registration.Role != RegistrationRole.None;

    private ProxyState[] StatesOf(WorkloadId id) =>
        [.. Dialects.Select(dialect => _proxies.GetValueOrDefault((id, dialect))).OfType<ProxyState>()];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "A change of configuration could not be processed; it is tried again whole with the next one")]
        public static partial void StepFailed(ILogger logger, Exception exception);
    }
}
