using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Envoy.Config.Listener.V3;
using Google.Protobuf;
using Mesh.Protocol;
using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Listeners;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Security.Files;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Listeners, bound when they come, accepting once what they need is there; those whose address is taken are tried again. What discovery sends is read and judged
/// at once; a listener that has no more of its own than an address and the name of its routes, as the alias of a service, is then kept only as <see cref="SourceStore"/>
/// has it until somebody connects: it sleeps. Used by the discovery loop, and by the acceptor to wake one, under one lock; <see cref="States"/> is read from all threads.
/// </summary>
internal sealed partial class ListenerResources(
    Func<string, UpstreamState> upstreams, RouteResources routes, RateLimitStates limits, TokenStatistics tokens, Acceptor acceptor, ChainDrain drain, CredentialFiles credentials, bool isGateway,
    SourceStore sources, SharedParts shared, TimeProvider time, ILogger log) : IListenerSource
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _closed = [];
    private readonly RefusedListeners _refused = new(time);

    public ConcurrentDictionary<string, ListenerState> States { get; } = new();

    /// <summary>How long until <see cref="RetryRefused"/> has something to do; null while no listener waits for its address.</summary>
    public TimeSpan? UntilRetry => _refused.UntilDue;

    /// <summary>Every listener that is there takes connections.</summary>
    public bool AreAllAccepting => _closed.Count == 0;

    public HashSet<string> WantedRoutes() => States.Values.SelectMany(l => l.Routes).Select(r => r.Name).ToHashSet();

    /// <summary>Whether this proxy itself listens there.</summary>
    public bool IsOwnAddress(IPEndPoint address)
    {
        foreach (var listener in States.Values)
        {
            var own = listener.Address;
            if (own.Port == address.Port && (own.Address.Equals(address.Address) || (IPAddress.Any.Equals(own.Address) && IPAddress.IsLoopback(address.Address)))) return true;
        }
        return false;
    }

    public void Set(string name, ByteString source)
    {
        var listener = Listener.Parser.ParseFrom(source);
        // One text for the name, wherever it stands.
        listener.Name = listener.Name == name ? name : listener.Name;
        Set(name, listener, source);
    }

    /// <inheritdoc/>
    public void Wake(ListenerState listener)
    {
        lock (_lock)
        {
            if (!listener.IsAsleep) return;
            var source = sources.Find(TypeUrls.Listener, listener.Name) ?? throw new InvalidOperationException($"what listener {listener.Name} is made of is gone");
            listener.Update(Decode(Listener.Parser.ParseFrom(source.Span), null, []), listener.Routes);
        }
    }

    public void Remove(string name)
    {
        _refused.Remove(name);
        _closed.Remove(name);
        lock (_lock)
        {
            // Before what it is made of is gone: a caller may be at its door.
            if (States.TryGetValue(name, out var known)) Wake(known);
            sources.Remove(TypeUrls.Listener, name);
            if (States.TryRemove(name, out var listener)) Stop(listener);
        }
    }

    /// <summary>Opens what has become possible: listeners whose routes, and certificate where they need one, are there.</summary>
    public void Open(bool hasCertificate)
    {
        if (_closed.Count == 0) return;
        foreach (var name in _closed.ToArray())
        {
            var listener = States[name];
            if (!IsWarm(listener, hasCertificate)) continue;
            listener.Start();
            _closed.Remove(name);
        }
    }

    /// <summary>Tries the listeners again whose address was taken; what binds now wants its routes.</summary>
    /// <returns>The listeners that bound.</returns>
    public IReadOnlyList<string> RetryRefused()
    {
        var bound = new List<string>();
        foreach (var listener in _refused.TakeDue())
        {
            try
            {
                Set(listener.Name, listener, listener.ToByteString());
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

    private void Set(string name, Listener listener, ByteString source)
    {
        if (listener.Name != name) throw new InvalidResourceException($"its name is '{listener.Name}'");
        // Whatever comes of it, what was refused before is superseded.
        var isRetry = _refused.IsHeld(listener);
        if (!isRetry) _refused.Remove(name);
        lock (_lock)
        {
            var existing = States.GetValueOrDefault(name);
            var rds = new HashSet<string>();
            var model = Decode(listener, existing?.Loaded, rds);
            RouteConfigState[] wanted = [.. rds.Select(routes.State)];
            if (existing is not null && existing.Address.Equals(model.Address))
            {
                Replace(existing, model, wanted, rds);
            }
            else
            {
                var bound = Bind(listener, model.Address, isRetry);
                // Before what it is made of is gone: a caller may be at its door.
                if (existing is not null) Wake(existing);
                Replace(bound, model, wanted, rds);
                States[bound.Name] = bound;
                _closed.Add(bound.Name);
                if (existing is not null) Stop(existing);
            }
            sources.Set(TypeUrls.Listener, name, source);
        }
        _refused.Remove(name);
    }

    private void Replace(ListenerState state, ListenerModel model, RouteConfigState[] wanted, HashSet<string> rds)
    {
        var old = state.Loaded;
        if (old is null && MaySleep(model, rds))
        {
            state.Sleep(this, wanted);
            return;
        }
        state.Update(model, wanted);
        if (old is not null) drain.Later([.. old.Chains.Where(c => !model.Chains.Contains(c))]);
    }

    private ListenerModel Decode(Listener listener, ListenerModel? before, HashSet<string> rds) =>
        new ListenerDecoder(upstreams, routes.State, isGateway, routes.Statistics, limits, tokens, credentials, shared, time).Decode(listener, before, rds);

    private ListenerState Bind(Listener listener, IPEndPoint address, bool isRetry)
    {
        try
        {
            return new ListenerState(listener.Name, address, acceptor, log);
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
        if (listener.Loaded is not { } model) return;
        foreach (var chain in model.Chains) chain.Connections.Drain();
        drain.Later(model.Chains);
    }

    // Whose connections and chains nothing else asks after: an alias of a service. What counts (limits), is drained or has names of upstreams in it stays awake.
    private bool MaySleep(ListenerModel model, HashSet<string> rds) =>
        !isGateway && !model.IsInbound && rds.Count == 1 && model.Chains.All(c => c is { Tls: null, Tcp: null, Http: { Tokens: null, Limits: null, Routes.Name: var routes } } && rds.Contains(routes));

    private static bool IsWarm(ListenerState listener, bool hasCertificate)
    {
        if (listener.IsAsleep) return listener.Routes[0].Table is not null;
        foreach (var chain in listener.Model.Chains)
        {
            if (chain.Tls is { Server: null } && !hasCertificate) return false;
            if (chain.Http is { Routes.Table: null }) return false;
        }
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Listener}, refused before, has its address now and is in force")]
        public static partial void Bound(ILogger logger, string listener);

        [LoggerMessage(2, LogLevel.Debug, "{Listener} still cannot listen: {Error}")]
        public static partial void StillRefused(ILogger logger, string listener, SocketError error);
    }
}
