using System.Collections.Concurrent;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf;
using Mesh.Protocol;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Names;
using Mesh.Sidecar.Upstreams;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Clusters and their endpoints in force. States live for as long as something names them: a cluster that discovery took away serves until no
/// route sends to it (make before break). Used by the discovery loop; <see cref="States"/> is read from all threads.
/// </summary>
internal sealed class UpstreamResources(UpstreamConnector connector, SourceStore sources, SharedParts shared, TimeProvider time, ILogger log) : IDisposable
{
    private readonly Dictionary<string, DecodedCluster> _clusters = [];
    // Where endpoints go by another name than their cluster's, which is rare: the clusters by that name.
    private readonly Dictionary<string, HashSet<string>> _byOtherName = [];
    private readonly Dictionary<string, NamedEndpoints> _named = [];
    private readonly HashSet<string> _removed = [];

    public ConcurrentDictionary<string, UpstreamState> States { get; } = new();

    /// <summary>Called, from any thread, when an upstream that had none has endpoints.</summary>
    public Action? OnNewEndpoints { get; set; }

    public bool HasRemoved => _removed.Count > 0;

    /// <summary>Whether there is a state that no cluster is behind.</summary>
    public bool HasOrphans => States.Count > _clusters.Count;

    public HashSet<string> WantedEndpoints()
    {
        var wanted = new HashSet<string>(_clusters.Count);
        foreach (var cluster in _clusters.Values)
            if (cluster.Config.EdsName is { } name) wanted.Add(name);
        return wanted;
    }

    public UpstreamState State(string name) => States.GetOrAdd(name, static n => new UpstreamState(n));

    public void SetCluster(string name, ByteString source)
    {
        var cluster = XdsCluster.Parser.ParseFrom(source);
        if (cluster.Name != name) throw new InvalidResourceException($"its name is '{cluster.Name}'");
        // One text for the name, wherever it stands.
        cluster.Name = States.TryGetValue(name, out var existing) ? existing.Name : name;
        var decoded = ClusterDecoder.Decode(cluster, shared);
        if (decoded.Names is not null)
        {
            SetNamed(name, decoded);
        }
        else
        {
            var state = State(name);
            var model = KnownEndpoints(decoded) is { } assignment ? EndpointDecoder.Decode(decoded, assignment, state.Model, connector) : null;
            StopLookingUp(name);
            Keep(name, decoded);
            // Without endpoints yet, an upstream that served goes on as it was until they come.
            if (model is not null) Swap(state, model);
        }
        sources.Set(TypeUrls.Cluster, name, source);
    }

    /// <summary>Routes may still name it for a moment: it serves until <see cref="DropRemoved"/>.</summary>
    public void RemoveCluster(string name)
    {
        sources.Remove(TypeUrls.Cluster, name);
        StopLookingUp(name);
        if (!_clusters.Remove(name, out var gone)) return;
        Unlink(gone);
        _removed.Add(name);
    }

    public void SetEndpoints(string name, ByteString source)
    {
        SetEndpoints(name, ClusterLoadAssignment.Parser.ParseFrom(source));
        sources.Set(TypeUrls.ClusterLoadAssignment, name, source);
    }

    public void RemoveEndpoints(string name)
    {
        SetEndpoints(name, new ClusterLoadAssignment { ClusterName = name });
        sources.Remove(TypeUrls.ClusterLoadAssignment, name);
    }

    /// <summary>Ends the upstreams that discovery removed and that are not among <paramref name="used"/>.</summary>
    public void DropRemoved(IReadOnlySet<string> used)
    {
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
        var done = true;
        foreach (var (name, state) in States)
        {
            if (_clusters.ContainsKey(name) || used.Contains(name)) continue;
            if (state.ActiveRequests == 0) States.TryRemove(name, out _);
            else done = false;
        }
        return done;
    }

    /// <summary>Forgets sources of endpoints that no cluster asks for any more.</summary>
    public void ForgetEndpoints()
    {
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

    private ClusterLoadAssignment? KnownEndpoints(DecodedCluster cluster) => cluster.Config.EdsName is { } eds
        ? sources.Find(TypeUrls.ClusterLoadAssignment, eds) is { } source ? ClusterLoadAssignment.Parser.ParseFrom(source.Span) : null
        : cluster.Static;

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
        StopLookingUp(name);
        _named[name] = names;
        Keep(name, decoded);
        names.Start();
    }

    private void Keep(string name, DecodedCluster decoded)
    {
        if (_clusters.TryGetValue(name, out var before)) Unlink(before);
        _removed.Remove(name);
        // What its endpoints were written with is in their model, or with who looks them up.
        _clusters[name] = decoded with { Static = null };
        if (decoded.Config.EdsName is not { } eds || eds == name) return;
        if (!_byOtherName.TryGetValue(eds, out var users)) _byOtherName[eds] = users = [];
        users.Add(name);
    }

    private void Unlink(DecodedCluster cluster)
    {
        if (cluster.Config.EdsName is not { } eds || !_byOtherName.TryGetValue(eds, out var users)) return;
        users.Remove(cluster.Config.Name);
        if (users.Count == 0) _byOtherName.Remove(eds);
    }

    private void StopLookingUp(string name)
    {
        if (_named.Remove(name, out var names)) names.Dispose();
    }

    private bool IsWanted(string endpoints) => (_clusters.TryGetValue(endpoints, out var own) && own.Config.EdsName == endpoints) || _byOtherName.ContainsKey(endpoints);

    private void SetEndpoints(string name, ClusterLoadAssignment assignment)
    {
        if (_clusters.TryGetValue(name, out var own) && own.Config.EdsName == name) SetEndpoints(own, assignment);
        foreach (var user in _byOtherName.GetValueOrDefault(name) ?? []) SetEndpoints(_clusters[user], assignment);
        if (name == PeerCounts.Cluster) CountPeers(assignment);
    }

    private void CountPeers(ClusterLoadAssignment assignment)
    {
        shared.Peers.Replace(EndpointDecoder.Weights(assignment));
        foreach (var state in States.Values)
            if (state.Model is { Config.Zones: not null })
            {
                lock (state.UpdateLock) state.Touch();
                state.Rebuild();
            }
    }

    private void SetEndpoints(DecodedCluster cluster, ClusterLoadAssignment assignment)
    {
        var state = State(cluster.Config.Name);
        Swap(state, EndpointDecoder.Decode(cluster, assignment, state.Model, connector));
    }

    private void Swap(UpstreamState state, UpstreamModel? model)
    {
        var before = state.Model;
        state.Replace(model, time, log);
        if (before is null) return;
        // Retired after the swap: who still holds the old model finds the count closed and picks from the new one.
        var kept = model?.Endpoints.Select(e => e.State).ToHashSet() ?? [];
        foreach (var endpoint in before.Endpoints)
            if (!kept.Contains(endpoint.State)) endpoint.State.Retire();
    }
}
