using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Envoy.Service.Discovery.V3;
using Mesh.Protocol;
using Mesh.Protocol.Delta;
using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Listeners;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// What discovery has put in force: <see cref="UpstreamResources"/>, <see cref="RouteResources"/> and <see cref="ListenerResources"/>, and the order among them.
/// One thread (the discovery loop) applies; requests read the states by reference and never come here; the admin port reads the concurrent
/// dictionaries. Resource by resource: a bad one is reported and what it would replace stays.
/// </summary>
internal sealed partial class ProxyConfiguration : IDisposable
{
    private readonly WorkloadIdentity _identity;
    private readonly ILogger _log;
    private readonly UpstreamResources _upstreams;
    private readonly RouteResources _routes;
    private readonly ListenerResources _listeners;
    private bool _listenersKnown;
    private bool _hasUnused;

    public ProxyConfiguration(
        UpstreamConnector connector, Acceptor acceptor, WorkloadIdentity identity, CredentialFiles credentials, ChainDrain drain, bool isGateway,
        TimeProvider time, ILogger log)
    {
        (_identity, _log) = (identity, log);
        RateLimits = new RateLimitStates(time);
        var shared = new SharedParts();
        _upstreams = new UpstreamResources(connector, Sources, shared, credentials.Files, time, log);
        _routes = new RouteResources(_upstreams.State, Sources, shared, time);
        _listeners = new ListenerResources(_upstreams.State, _routes, RateLimits, Tokens, acceptor, drain, credentials, isGateway, Sources, shared, time, log);
    }

    public ConcurrentDictionary<string, UpstreamState> Upstreams => _upstreams.States;

    public ConcurrentDictionary<string, RouteConfigState> Routes => _routes.States;

    public ConcurrentDictionary<string, ListenerState> Listeners => _listeners.States;

    /// <summary>The last resource of each kind and name as it came, for the dump. Secrets are not kept.</summary>
    public SourceStore Sources { get; } = new();

    /// <summary>Limits and what they counted.</summary>
    public RateLimitStates RateLimits { get; }

    /// <summary>What became of tokens.</summary>
    public TokenStatistics Tokens { get; } = new();

    /// <summary>Counters of routes that ask for them.</summary>
    public RouteStatistics RouteStatistics => _routes.Statistics;

    /// <summary>Called, from any thread, when an upstream that had none has endpoints: what waits for it can be settled.</summary>
    public Action? OnNewEndpoints
    {
        get => _upstreams.OnNewEndpoints;
        set => _upstreams.OnNewEndpoints = value;
    }

    /// <summary>The listeners that discovery asked for are there and take connections.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Grows whenever <see cref="WantedEndpoints"/> or <see cref="WantedRoutes"/> may have become others.</summary>
    public int WantedVersion { get; private set; }

    public IReadOnlySet<string> WantedEndpoints => _upstreams.WantedEndpoints();

    public IReadOnlySet<string> WantedRoutes => _listeners.WantedRoutes();

    /// <summary>Whether some route configuration waits for its upstreams.</summary>
    public bool HasPending => _routes.HasWaiting || _upstreams.HasRemoved;

    public bool IsPending(string routes) => _routes.IsWaiting(routes);

    /// <summary>How long until <see cref="RetryRefused"/> has something to do; null while no listener waits for its address.</summary>
    public TimeSpan? UntilRetry => _listeners.UntilRetry;

    /// <summary>Whether this proxy itself listens there.</summary>
    public bool IsOwnAddress(IPEndPoint address) => _listeners.IsOwnAddress(address);

    /// <summary>The text of a resource's name that is kept already: names are the larger part of what is known of a service that nobody calls.</summary>
    public string KnownName(string typeUrl, string name) => typeUrl switch
    {
        TypeUrls.Cluster or TypeUrls.ClusterLoadAssignment => _upstreams.KnownName(name),
        TypeUrls.RouteConfiguration => _routes.KnownName(name),
        _ => name,
    };

    /// <summary>Ends what goes on by itself.</summary>
    public void Dispose() => _upstreams.Dispose();

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
                Log.Refused(_log, resource.Name, reason);
                rejections.Add(new DeltaRejection(resource.Name, reason));
            }
        }
        foreach (var name in changes.Removed) Remove(changes.TypeUrl, name);
        // Endpoints name nothing else.
        if (changes.TypeUrl != TypeUrls.ClusterLoadAssignment) _hasUnused = true;
        if (changes.TypeUrl is TypeUrls.Cluster or TypeUrls.Listener) WantedVersion++;
        if (changes.TypeUrl == TypeUrls.Listener) _listenersKnown = true;
        Settle(force: false);
        return rejections;
    }

    /// <summary>
    /// Puts in force what has become possible: route configurations whose upstreams are there, listeners whose routes are. With
    /// <paramref name="force"/> also routes that have waited long enough, and drops removed upstreams that routes still name.
    /// </summary>
    public void Settle(bool force)
    {
        _routes.Settle(force);
        _listeners.Open(_identity.Current is not null);
        if (_upstreams.HasRemoved) _upstreams.DropRemoved(force ? new HashSet<string>() : UsedUpstreams());
        ForgetUnused();
        // For good: a listener that is added later and waits for its routes must not take the others out of rotation.
        IsReady |= _listenersKnown && _identity.Current is not null && _listeners.AreAllAccepting;
    }

    /// <summary>Tries the listeners again whose address was taken; what binds now wants its routes (<see cref="WantedRoutes"/>).</summary>
    /// <returns>The listeners that bound.</returns>
    public IReadOnlyList<string> RetryRefused()
    {
        var bound = _listeners.RetryRefused();
        if (bound.Count > 0) WantedVersion++;
        return bound;
    }

    private void Upsert(string typeUrl, Resource resource)
    {
        var source = resource.Resource_.Value;
        switch (typeUrl)
        {
            case TypeUrls.Cluster:
                _upstreams.SetCluster(resource.Name, source);
                break;
            case TypeUrls.ClusterLoadAssignment:
                _upstreams.SetEndpoints(resource.Name, source);
                break;
            case TypeUrls.Listener:
                _listeners.Set(resource.Name, source);
                break;
            case TypeUrls.RouteConfiguration:
                _routes.Set(resource.Name, source);
                break;
            case TypeUrls.Secret when resource.Name == TlsDecoder.TrustBundle:
                _identity.InstallBundle(TrustBundleSecret.Decode(source));
                break;
        }
    }

    private void Remove(string typeUrl, string name)
    {
        switch (typeUrl)
        {
            case TypeUrls.Cluster:
                _upstreams.RemoveCluster(name);
                break;
            case TypeUrls.ClusterLoadAssignment:
                _upstreams.RemoveEndpoints(name);
                break;
            case TypeUrls.Listener:
                _listeners.Remove(name);
                break;
            case TypeUrls.RouteConfiguration:
                _routes.Remove(name);
                break;
        }
    }

    // Names that nothing mentions any more: a mesh whose services come and go must not leave a state of each behind.
    private void ForgetUnused()
    {
        if (!_hasUnused || HasPending) return;
        _routes.Forget(WantedRoutes);
        _upstreams.ForgetEndpoints();
        _hasUnused = _upstreams.HasOrphans && !_upstreams.ForgetOrphans(UsedUpstreams());
    }

    private HashSet<string> UsedUpstreams()
    {
        var used = new HashSet<string>();
        var chains = Listeners.Values.SelectMany(l => l.Loaded?.Chains ?? []).ToArray();
        foreach (var table in Routes.Values.Select(r => r.Table).Concat(chains.Select(c => c.Http?.Routes.Table)))
            foreach (var upstream in table?.Hosts.SelectMany(h => h.Routes).SelectMany(r => r.Upstreams) ?? []) used.Add(upstream.Name);
        foreach (var chain in chains)
            foreach (var target in chain.Tcp?.Targets.All ?? []) used.Add(target.Upstream.Name);
        return used;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "refused {Resource}: {Reason}")]
        public static partial void Refused(ILogger logger, string resource, string reason);
    }
}
