using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol;
using Mesh.Protocol.Delta;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Listeners;
using Mesh.Sidecar.Names;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// What discovery has put in force. One thread (the discovery loop) applies; requests read the states by reference and never come here;
/// the admin port reads the concurrent dictionaries. Resource by resource: a bad one is reported and what it would replace stays.
/// </summary>
internal sealed partial class ProxyConfiguration(
    UpstreamConnector connector, ConnectionFront front, WorkloadIdentity identity, ChainDrain drain, Action<Exception> onDeadListener, bool isGateway,
    TimeProvider time, ILogger log) : IDisposable
{
    private readonly Dictionary<string, DecodedCluster> _clusters = [];
    private readonly Dictionary<string, NamedEndpoints> _named = [];
    private readonly Dictionary<string, HashSet<string>> _listenerRoutes = [];
    private readonly Dictionary<string, PendingRoutes> _pending = [];
    private readonly HashSet<string> _removedUpstreams = [];
    private readonly RefusedListeners _refused = new(time);

    public ConcurrentDictionary<string, UpstreamState> Upstreams { get; } = new();

    public ConcurrentDictionary<string, RouteConfigState> Routes { get; } = new();

    public ConcurrentDictionary<string, ListenerState> Listeners { get; } = new();

    /// <summary>The last resource of each kind and name as it came, for the dump. Secrets are not kept.</summary>
    public ConcurrentDictionary<(string Type, string Name), IMessage> Sources { get; } = new();

    /// <summary>Limits and what they counted.</summary>
    public RateLimitStates RateLimits { get; } = new(time);

    /// <summary>Counters of routes that ask for them.</summary>
    public RouteStatistics RouteStatistics { get; } = new();

    /// <summary>Called, from any thread, when an upstream that had none has endpoints: what waits for it can be settled.</summary>
    public Action? OnNewEndpoints { get; set; }

    /// <summary>Whether this proxy itself listens there.</summary>
    public bool IsOwnAddress(IPEndPoint address)
    {
        foreach (var listener in Listeners.Values)
        {
            var own = listener.Model.Address;
            if (own.Port == address.Port && (own.Address.Equals(address.Address) || (IPAddress.Any.Equals(own.Address) && IPAddress.IsLoopback(address.Address)))) return true;
        }
        return false;
    }

    /// <summary>Ends what goes on by itself.</summary>
    public void Dispose()
    {
        foreach (var names in _named.Values) names.Dispose();
        _named.Clear();
    }

    /// <summary>The listeners that discovery asked for are there and take connections.</summary>
    public bool IsReady { get; private set; }

    public IReadOnlySet<string> WantedEndpoints => _clusters.Values.Where(c => c.Config.EdsName is not null).Select(c => c.Config.EdsName!).ToHashSet();

    public IReadOnlySet<string> WantedRoutes => _listenerRoutes.Values.SelectMany(r => r).ToHashSet();

    /// <summary>Whether some route configuration waits for its upstreams.</summary>
    public bool HasPending => _pending.Count > 0 || _removedUpstreams.Count > 0;

    public bool IsPending(string routes) => _pending.ContainsKey(routes);

    /// <summary>How long until <see cref="RetryRefused"/> has something to do; null while no listener waits for its address.</summary>
    public TimeSpan? UntilRetry => _refused.UntilDue;

    /// <summary>Puts <paramref name="changes"/> in force; the answer names what was refused and why.</summary>
    public List<DeltaRejection> Apply(DeltaChanges changes)
    {
        var rejections = new List<DeltaRejection>();
        foreach (var resource in changes.Upserted)
        {
            try
            {
                Upsert(changes.TypeUrl, resource);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                var reason = e is SocketException socket ? $"cannot listen: {socket.SocketErrorCode} ({socket.Message})" : e.Message;
                Log.Refused(log, resource.Name, reason);
                rejections.Add(new DeltaRejection(resource.Name, reason));
            }
        }
        foreach (var name in changes.Removed) Remove(changes.TypeUrl, name);
        _unused = true;
        if (changes.TypeUrl == TypeUrls.Listener) _listenersKnown = true;
        Settle(force: false);
        return rejections;
    }

    private bool _listenersKnown;
    private bool _unused;

    /// <summary>
    /// Puts in force what has become possible: route configurations whose upstreams are there, listeners whose routes are. With
    /// <paramref name="force"/> also routes that have waited long enough, and drops removed upstreams that routes still name.
    /// </summary>
    public void Settle(bool force)
    {
        foreach (var (name, pending) in _pending.ToArray())
        {
            if (!force && !pending.IsWarm()) continue;
            Routes[name].Table = pending.Table;
            _pending.Remove(name);
        }
        foreach (var listener in Listeners.Values)
            if (!listener.IsAccepting && IsWarm(listener.Model)) listener.Start();
        DropRemovedUpstreams(force);
        ForgetUnused();
        // For good: a listener that is added later and waits for its routes must not take the others out of rotation.
        IsReady |= _listenersKnown && identity.Current is not null && Listeners.Values.All(l => l.IsAccepting);
    }

    /// <summary>Tries the listeners again whose address was taken; what binds now wants its routes (<see cref="WantedRoutes"/>).</summary>
    /// <returns>The listeners that bound.</returns>
    public IReadOnlyList<string> RetryRefused()
    {
        var bound = new List<string>();
        foreach (var listener in _refused.TakeDue())
        {
            try
            {
                UpsertListener(listener.Name, listener);
                bound.Add(listener.Name);
                Log.Bound(log, listener.Name);
            }
            catch (SocketException e)
            {
                Log.StillRefused(log, listener.Name, e.SocketErrorCode);
            }
        }
        return bound;
    }

    private void Upsert(string typeUrl, Resource resource)
    {
        var bytes = resource.Resource_.Value;
        switch (typeUrl)
        {
            case TypeUrls.Cluster:
                UpsertCluster(resource.Name, XdsCluster.Parser.ParseFrom(bytes));
                break;
            case TypeUrls.ClusterLoadAssignment:
                UpsertEndpoints(resource.Name, ClusterLoadAssignment.Parser.ParseFrom(bytes));
                break;
            case TypeUrls.Listener:
                UpsertListener(resource.Name, Listener.Parser.ParseFrom(bytes));
                break;
            case TypeUrls.RouteConfiguration:
                UpsertRoutes(resource.Name, RouteConfiguration.Parser.ParseFrom(bytes));
                break;
            case TypeUrls.Secret:
                UpsertSecret(resource.Name, Secret.Parser.ParseFrom(bytes));
                break;
        }
    }

    private void Remove(string typeUrl, string name)
    {
        Sources.TryRemove((typeUrl, name), out _);
        switch (typeUrl)
        {
            case TypeUrls.Cluster:
                // Routes may still name it for a moment: make before break.
                StopLookingUp(name);
                if (_clusters.Remove(name)) _removedUpstreams.Add(name);
                break;
            case TypeUrls.ClusterLoadAssignment:
                UpsertEndpoints(name, new ClusterLoadAssignment { ClusterName = name });
                Sources.TryRemove((typeUrl, name), out _);
                break;
            case TypeUrls.Listener:
                _refused.Remove(name);
                _listenerRoutes.Remove(name);
                if (Listeners.TryRemove(name, out var listener)) Stop(listener);
                break;
            case TypeUrls.RouteConfiguration:
                _pending.Remove(name);
                if (Routes.TryGetValue(name, out var routes)) routes.Table = new RouteTable(name, [], ignorePort: false);
                break;
        }
    }

    private void UpsertCluster(string name, XdsCluster cluster)
    {
        if (cluster.Name != name) throw new InvalidResourceException($"its name is '{cluster.Name}'");
        var decoded = ClusterDecoder.Decode(cluster);
        var state = Upstream(name);
        var assignment = decoded.Static;
        if (decoded.Config.EdsName is { } eds && Sources.TryGetValue((TypeUrls.ClusterLoadAssignment, eds), out var known))
            assignment = (ClusterLoadAssignment)known;
        if (decoded.Names is not null)
        {
            UpsertNamed(name, cluster, decoded, state);
            return;
        }
        StopLookingUp(name);
        var model = assignment is null ? null : EndpointDecoder.Decode(decoded, assignment, state.Model, connector);
        _removedUpstreams.Remove(name);
        _clusters[name] = decoded;
        Sources[(TypeUrls.Cluster, name)] = cluster;
        // Without endpoints yet, an upstream that served goes on as it was until they come.
        if (model is not null) Swap(state, model);
    }

    // Its endpoints come when the names resolve, and again whenever they change.
    private void UpsertNamed(string name, XdsCluster cluster, DecodedCluster decoded, UpstreamState state)
    {
        var names = new NamedEndpoints(name, decoded.Names!, decoded.Static!, found =>
        {
            var first = state.Model is null;
            Swap(state, EndpointDecoder.Decode(decoded, found, state.Model, connector));
            if (first) OnNewEndpoints?.Invoke();
        }, time, log);
        StopLookingUp(name);
        _named[name] = names;
        _removedUpstreams.Remove(name);
        _clusters[name] = decoded;
        Sources[(TypeUrls.Cluster, name)] = cluster;
        names.Start();
    }

    private void StopLookingUp(string name)
    {
        if (_named.Remove(name, out var names)) names.Dispose();
    }

    private void UpsertEndpoints(string name, ClusterLoadAssignment assignment)
    {
        foreach (var cluster in _clusters.Values)
        {
            if (cluster.Config.EdsName != name) continue;
            var state = Upstream(cluster.Config.Name);
            Swap(state, EndpointDecoder.Decode(cluster, assignment, state.Model, connector));
        }
        Sources[(TypeUrls.ClusterLoadAssignment, name)] = assignment;
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

    private void UpsertListener(string name, Listener listener)
    {
        if (listener.Name != name) throw new InvalidResourceException($"its name is '{listener.Name}'");
        // Whatever comes of it, what was refused before is superseded.
        var isRetry = _refused.IsHeld(listener);
        if (!isRetry) _refused.Remove(name);
        var existing = Listeners.GetValueOrDefault(name);
        var rds = new HashSet<string>();
        var model = new ListenerDecoder(Upstream, RoutesState, isGateway, RouteStatistics, RateLimits, time).Decode(listener, existing?.Model, rds);
        if (existing is not null && existing.Model.Address.Equals(model.Address))
        {
            var gone = existing.Model.Chains.Where(c => !model.Chains.Contains(c)).ToArray();
            existing.Update(model);
            drain.Later(gone);
        }
        else
        {
            Listeners[name] = Bind(listener, model, isRetry);
            if (existing is not null) Stop(existing);
        }
        _refused.Remove(name);
        _listenerRoutes[name] = rds;
        Sources[(TypeUrls.Listener, name)] = listener;
    }

    private ListenerState Bind(Listener listener, ListenerModel model, bool isRetry)
    {
        try
        {
            return new ListenerState(model, front, onDeadListener, log);
        }
        catch (SocketException)
        {
            // The address may come free without discovery having anything new to say.
            if (!isRetry) _refused.Add(listener);
            throw;
        }
    }

    private void Stop(ListenerState listener)
    {
        listener.Dispose();
        foreach (var chain in listener.Model.Chains) chain.Connections.Drain();
        drain.Later(listener.Model.Chains);
    }

    private void UpsertRoutes(string name, RouteConfiguration config)
    {
        if (config.Name != name) throw new InvalidResourceException($"its name is '{config.Name}'");
        var used = new HashSet<UpstreamState>();
        var table = new RouteDecoder(upstream =>
        {
            var state = Upstream(upstream);
            used.Add(state);
            return state;
        }, RouteStatistics, time).Decode(config);
        RoutesState(name);
        _pending[name] = new PendingRoutes(table, used);
        Sources[(TypeUrls.RouteConfiguration, name)] = config;
    }

    private void UpsertSecret(string name, Secret secret)
    {
        if (name != TlsDecoder.TrustBundle) return;
        var ca = secret.ValidationContext?.TrustedCa ?? throw new InvalidResourceException("no trusted_ca");
        var pem = ca.SpecifierCase == Envoy.Config.Core.V3.DataSource.SpecifierOneofCase.InlineString ? ca.InlineString : ca.InlineBytes.ToStringUtf8();
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new InvalidResourceException($"trusted_ca: {e.Message}");
        }
        if (roots.Count == 0) throw new InvalidResourceException("trusted_ca holds no certificate");
        identity.InstallBundle(roots);
    }

    private UpstreamState Upstream(string name) => Upstreams.GetOrAdd(name, static n => new UpstreamState(n));

    private RouteConfigState RoutesState(string name) => Routes.GetOrAdd(name, static n => new RouteConfigState(n));

    private bool IsWarm(ListenerModel model)
    {
        foreach (var chain in model.Chains)
        {
            if (chain.Tls is not null && identity.Current is null) return false;
            if (chain.Http is { Routes.Table: null }) return false;
        }
        return true;
    }

    private void DropRemovedUpstreams(bool force)
    {
        if (_removedUpstreams.Count == 0) return;
        var used = force ? [] : UsedUpstreams();
        foreach (var name in _removedUpstreams.ToArray())
        {
            if (used.Contains(name)) continue;
            _removedUpstreams.Remove(name);
            if (Upstreams.TryGetValue(name, out var state)) Swap(state, null);
        }
    }

    // Names that nothing mentions any more: a mesh whose services come and go must not leave a state of each behind.
    private void ForgetUnused()
    {
        if (!_unused || HasPending) return;
        _unused = false;
        var wanted = WantedRoutes;
        foreach (var name in Routes.Keys.Where(n => !wanted.Contains(n)).ToArray())
        {
            Routes.TryRemove(name, out _);
            Sources.TryRemove((TypeUrls.RouteConfiguration, name), out _);
        }
        var endpoints = WantedEndpoints;
        foreach (var key in Sources.Keys.Where(k => k.Type == TypeUrls.ClusterLoadAssignment && !endpoints.Contains(k.Name)).ToArray())
            Sources.TryRemove(key, out _);
        if (Upstreams.Count == _clusters.Count) return;
        var used = UsedUpstreams();
        foreach (var (name, state) in Upstreams)
        {
            if (_clusters.ContainsKey(name) || used.Contains(name)) continue;
            if (state.ActiveRequests == 0) Upstreams.TryRemove(name, out _);
            else _unused = true;
        }
    }

    private HashSet<string> UsedUpstreams()
    {
        var used = new HashSet<string>();
        var tables = Routes.Values.Select(r => r.Table).Concat(Listeners.Values.SelectMany(l => l.Model.Chains).Select(c => c.Http?.Routes.Table));
        foreach (var table in tables)
            foreach (var upstream in table?.Hosts.SelectMany(h => h.Routes).SelectMany(r => r.Upstreams) ?? []) used.Add(upstream.Name);
        foreach (var chain in Listeners.Values.SelectMany(l => l.Model.Chains))
            foreach (var target in chain.Tcp?.Targets.All ?? []) used.Add(target.Upstream.Name);
        return used;
    }

    private sealed record PendingRoutes(RouteTable Table, IReadOnlySet<UpstreamState> Upstreams)
    {
        public bool IsWarm() => Upstreams.All(u => u.Model is not null);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "refused {Resource}: {Reason}")]
        public static partial void Refused(ILogger logger, string resource, string reason);

        [LoggerMessage(2, LogLevel.Information, "{Listener}, refused before, has its address now and is in force")]
        public static partial void Bound(ILogger logger, string listener);

        [LoggerMessage(3, LogLevel.Debug, "{Listener} still cannot listen: {Error}")]
        public static partial void StillRefused(ILogger logger, string listener, SocketError error);
    }
}
