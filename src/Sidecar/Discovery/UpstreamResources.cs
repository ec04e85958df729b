using System.Collections.Concurrent;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf;
using Mesh.Protocol;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Names;
using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Upstreams;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Clusters and their endpoints in force. States live for as long as something names them: a cluster that discovery took away serves until no
/// route sends to it (make before break). What discovery sends is read and judged at once, but kept only as <see cref="SourceStore"/> has it until a request
/// needs it: such an upstream sleeps. Used by the discovery loop, and by requests to wake one, under one lock; <see cref="States"/> is read from all threads.
/// </summary>
internal sealed class UpstreamResources(UpstreamConnector connector, SourceStore sources, SharedParts shared, CertificateFiles files, TimeProvider time, ILogger log) : IUpstreamSource, IDisposable
{
    /// <summary>Waking is done by a request, which should not wait for the making of hundreds of endpoints.</summary>
    private const int MaxAsleep = 32;

    // Endpoints are judged without their cluster, which decides nothing of what can be wrong in them.
    private static readonly DecodedCluster AnyCluster = new(new UpstreamConfigModel { Name = "" }, [TransportChoice.Plain], null, null);

    private readonly Lock _lock = new();
    // Null for one that sleeps, or will when its endpoints have come; these go by its own name.
    private readonly Dictionary<string, DecodedCluster?> _clusters = [];
    // Where endpoints go by another name than their cluster's, which is rare: the clusters by that name.
    private readonly Dictionary<string, HashSet<string>> _byOtherName = [];
    private readonly Dictionary<string, NamedEndpoints> _named = [];
    private readonly HashSet<string> _removed = [];

    public ConcurrentDictionary<string, UpstreamState> States { get; } = new();

    /// <summary>Called, from any thread, when an upstream that had none has endpoints.</summary>
    public Action? OnNewEndpoints { get; set; }

    public bool HasRemoved => _removed.Count > 0;

    /// <summary>Whether there is a state that no cluster is behind.</summary>
    public bool HasOrphans
    {
        get
        {
            lock (_lock) return States.Count > _clusters.Count;
        }
    }

    public HashSet<string> WantedEndpoints()
    {
        lock (_lock)
        {
            var wanted = new HashSet<string>(_clusters.Count);
            foreach (var (name, cluster) in _clusters)
                if (cluster is null) wanted.Add(name);
                else if (cluster.Config.EdsName is { } eds) wanted.Add(eds);
            return wanted;
        }
    }

    public UpstreamState State(string name) => States.GetOrAdd(name, static n => new UpstreamState(n));

    /// <summary>The text of a name that is kept already, for it stands in many places.</summary>
    public string KnownName(string name) => States.TryGetValue(name, out var state) ? state.Name : name;

    public void SetCluster(string name, ByteString source)
    {
        var decoded = Decoded(name, source);
        lock (_lock)
        {
            if (decoded.Names is not null) SetNamed(name, decoded);
            else if (MaySleep(State(name), decoded)) SetAsleep(name, decoded);
            else SetAwake(name, decoded);
            sources.Set(TypeUrls.Cluster, name, source);
        }
    }

    /// <summary>Routes may still name it for a moment: it serves until <see cref="DropRemoved"/>.</summary>
    public void RemoveCluster(string name)
    {
        lock (_lock)
        {
            // What it is made of goes now.
            if (States.TryGetValue(name, out var state)) Wake(state);
            sources.Remove(TypeUrls.Cluster, name);
            StopLookingUp(name);
            if (!_clusters.Remove(name, out var gone)) return;
            Unlink(gone);
            _removed.Add(name);
        }
    }

    public void SetEndpoints(string name, ByteString source)
    {
        var assignment = ClusterLoadAssignment.Parser.ParseFrom(source);
        lock (_lock)
        {
            var sleeper = MaySleep(name, assignment);
            if (sleeper is null) SetEndpoints(name, assignment);
            sources.Set(TypeUrls.ClusterLoadAssignment, name, source);
            sleeper?.Sleep(this);
        }
    }

    public void RemoveEndpoints(string name)
    {
        lock (_lock)
        {
            SetEndpoints(name, new ClusterLoadAssignment { ClusterName = name });
            sources.Remove(TypeUrls.ClusterLoadAssignment, name);
        }
    }

    /// <inheritdoc/>
    public void Wake(UpstreamState upstream)
    {
        lock (_lock)
            if (upstream.IsAsleep) SetAwake(upstream.Name, Decoded(upstream.Name));
    }

    /// <inheritdoc/>
    public UpstreamModel? Read(UpstreamState upstream)
    {
        lock (_lock)
            return upstream.IsAsleep && Decoded(upstream.Name) is var decoded && KnownEndpoints(decoded) is { } assignment
                ? EndpointDecoder.Decode(decoded, assignment, null, connector) : null;
    }

    /// <summary>Ends the upstreams that discovery removed and that are not among <paramref name="used"/>.</summary>
    public void DropRemoved(IReadOnlySet<string> used)
    {
        lock (_lock)
            foreach (var name in _removed.ToArray())
            {
                if (used.Contains(name)) continue;
                _removed.Remove(name);
                if (States.TryGetValue(name, out var state)) Swap(state, null);
            }
    }

    /// <summary>Forgets states that neither a cluster nor one of <paramref name="used"/> is behind; false when some are still busy.</summary>
    public bool ForgetOrphans(IReadOnlySet<string> used)
    {
        lock (_lock)
        {
            var done = true;
            foreach (var (name, state) in States)
            {
                if (_clusters.ContainsKey(name) || used.Contains(name)) continue;
                if (state.ActiveRequests == 0) States.TryRemove(name, out _);
                else done = false;
            }
            return done;
        }
    }

    /// <summary>Forgets sources of endpoints that no cluster asks for any more.</summary>
    public void ForgetEndpoints()
    {
        lock (_lock)
            foreach (var name in sources.Names(TypeUrls.ClusterLoadAssignment))
                if (!IsWanted(name)) sources.Remove(TypeUrls.ClusterLoadAssignment, name);
    }

    /// <summary>Ends what goes on by itself.</summary>
    public void Dispose()
    {
        foreach (var names in _named.Values) names.Dispose();
        _named.Clear();
        foreach (var state in States.Values) state.Dispose();
    }

    // What learns or warms by itself is awake from the start, as is what takes long to make.
    private bool MaySleep(UpstreamState state, DecodedCluster decoded) =>
        state.Loaded is null && decoded.Static is null && decoded.Config is { Outliers: null, Warmup: null, IsPassthrough: false, Balancer: not (BalancerKind.RingHash or BalancerKind.Maglev) } config
        && config.EdsName == config.Name
        // Endpoints that were there before their cluster were not judged for this.
        && (state.IsAsleep || sources.Find(TypeUrls.ClusterLoadAssignment, config.Name) is null);

    // The upstream that goes on sleeping, or begins to, with these endpoints; null: they are to be put in force.
    private UpstreamState? MaySleep(string name, ClusterLoadAssignment assignment)
    {
        if (!_clusters.TryGetValue(name, out var cluster) || cluster is not null || name == PeerCounts.Cluster || _byOtherName.ContainsKey(name)) return null;
        if (assignment.Endpoints.Sum(e => e.LbEndpoints.Count) > MaxAsleep) return null;
        EndpointDecoder.Decode(AnyCluster, assignment, null, connector);
        return State(name);
    }

    private DecodedCluster Decoded(string name, ByteString source)
    {
        var cluster = XdsCluster.Parser.ParseFrom(source);
        if (cluster.Name != name) throw new InvalidResourceException($"its name is '{cluster.Name}'");
        // One text for the name, wherever it stands.
        cluster.Name = KnownName(name);
        return ClusterDecoder.Decode(cluster, shared, files);
    }

    private DecodedCluster Decoded(string name) =>
        Decoded(name, UnsafeByteOperations.UnsafeWrap(sources.Find(TypeUrls.Cluster, name) ?? throw new InvalidOperationException($"what upstream {name} is made of is gone")));

    private ClusterLoadAssignment? KnownEndpoints(DecodedCluster cluster) => cluster.Config.EdsName is { } eds
        ? sources.Find(TypeUrls.ClusterLoadAssignment, eds) is { } source ? ClusterLoadAssignment.Parser.ParseFrom(source.Span) : null
        : cluster.Static;

    private void SetAsleep(string name, DecodedCluster decoded)
    {
        StopLookingUp(name);
        Keep(name, decoded, isAsleep: true);
    }

    private void SetAwake(string name, DecodedCluster decoded)
    {
        var state = State(name);
        var model = KnownEndpoints(decoded) is { } assignment ? EndpointDecoder.Decode(decoded, assignment, state.Loaded, connector) : null;
        StopLookingUp(name);
        Keep(name, decoded);
        // Without endpoints yet, an upstream that served goes on as it was until they come.
        if (model is not null) Swap(state, model);
    }

    // Its endpoints come when the names resolve, and again whenever they change.
    private void SetNamed(string name, DecodedCluster decoded)
    {
        var state = State(name);
        var names = new NamedEndpoints(name, decoded.Names!, decoded.Static!, found =>
        {
            var first = state.Model is null;
            Swap(state, EndpointDecoder.Decode(decoded, found, state.Model, connector));
            if (first) OnNewEndpoints?.Invoke();
        }, time, log);
        // It goes on as it was until the names resolve.
        Wake(state);
        StopLookingUp(name);
        _named[name] = names;
        Keep(name, decoded);
        names.Start();
    }

    private void Keep(string name, DecodedCluster decoded, bool isAsleep = false)
    {
        if (_clusters.TryGetValue(name, out var before)) Unlink(before);
        _removed.Remove(name);
        // What its endpoints were written with is in their model, or with who looks them up.
        _clusters[KnownName(name)] = isAsleep ? null : decoded with { Static = null };
        if (decoded.Config.EdsName is not { } eds || eds == name) return;
        if (!_byOtherName.TryGetValue(eds, out var users)) _byOtherName[eds] = users = [];
        users.Add(name);
    }

    private void Unlink(DecodedCluster? cluster)
    {
        if (cluster?.Config.EdsName is not { } eds || !_byOtherName.TryGetValue(eds, out var users)) return;
        users.Remove(cluster.Config.Name);
        if (users.Count == 0) _byOtherName.Remove(eds);
    }

    private void StopLookingUp(string name)
    {
        if (_named.Remove(name, out var names)) names.Dispose();
    }

    private bool IsWanted(string endpoints) =>
        (_clusters.TryGetValue(endpoints, out var own) && (own is null || own.Config.EdsName == endpoints)) || _byOtherName.ContainsKey(endpoints);

    private void SetEndpoints(string name, ClusterLoadAssignment assignment)
    {
        if (_clusters.TryGetValue(name, out var own))
        {
            // Whatever it was until now: these endpoints do not let it sleep.
            if (own is null) Keep(name, own = Decoded(name));
            if (own.Config.EdsName == name) SetEndpoints(own, assignment);
        }
        foreach (var user in _byOtherName.GetValueOrDefault(name) ?? [])
            if (_clusters[user] is { } cluster) SetEndpoints(cluster, assignment);
        if (name == PeerCounts.Cluster) CountPeers(assignment);
    }

    private void CountPeers(ClusterLoadAssignment assignment)
    {
        shared.Peers.Replace(EndpointDecoder.Weights(assignment));
        foreach (var state in States.Values)
            if (state.Loaded is { Config.Zones: not null })
            {
                lock (state.UpdateLock) state.Touch();
                state.Rebuild();
            }
    }

    private void SetEndpoints(DecodedCluster cluster, ClusterLoadAssignment assignment)
    {
        var state = State(cluster.Config.Name);
        Swap(state, EndpointDecoder.Decode(cluster, assignment, state.Loaded, connector));
    }

    private void Swap(UpstreamState state, UpstreamModel? model)
    {
        var before = state.Loaded;
        state.Replace(model, time, log);
        if (before is null) return;
        // Retired after the swap: who still holds the old model finds the count closed and picks from the new one.
        var kept = model?.Endpoints.Select(e => e.State).ToHashSet() ?? [];
        foreach (var endpoint in before.Endpoints)
            if (!kept.Contains(endpoint.State)) endpoint.State.Retire();
    }
}
