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

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Listeners, bound when they come, accepting once what they need is there; those whose address is taken are tried again. Used by the discovery
/// loop; <see cref="States"/> is read from all threads.
/// </summary>
internal sealed partial class ListenerResources(
    Func<string, UpstreamState> upstreams, RouteResources routes, RateLimitStates limits, TokenStatistics tokens, Acceptor acceptor, ChainDrain drain, bool isGateway,
    SourceStore sources, SharedParts shared, TimeProvider time, ILogger log)
{
    private readonly Dictionary<string, IReadOnlyCollection<string>> _routes = [];
    private readonly HashSet<string> _closed = [];
    private readonly RefusedListeners _refused = new(time);

    public ConcurrentDictionary<string, ListenerState> States { get; } = new();

    /// <summary>How long until <see cref="RetryRefused"/> has something to do; null while no listener waits for its address.</summary>
    public TimeSpan? UntilRetry => _refused.UntilDue;

    /// <summary>Every listener that is there takes connections.</summary>
    public bool AreAllAccepting => _closed.Count == 0;

    public HashSet<string> WantedRoutes() => _routes.Values.SelectMany(r => r).ToHashSet();

    /// <summary>Whether this proxy itself listens there.</summary>
    public bool IsOwnAddress(IPEndPoint address)
    {
        foreach (var listener in States.Values)
        {
            var own = listener.Model.Address;
            if (own.Port == address.Port && (own.Address.Equals(address.Address) || (IPAddress.Any.Equals(own.Address) && IPAddress.IsLoopback(address.Address)))) return true;
        }
        return false;
    }

    public void Set(string name, ByteString source)
    {
        Set(name, Listener.Parser.ParseFrom(source));
        sources.Set(TypeUrls.Listener, name, source);
    }

    public void Remove(string name)
    {
        sources.Remove(TypeUrls.Listener, name);
        _refused.Remove(name);
        _routes.Remove(name);
        _closed.Remove(name);
        if (States.TryRemove(name, out var listener)) Stop(listener);
    }

    /// <summary>Opens what has become possible: listeners whose routes, and certificate where they need one, are there.</summary>
    public void Open(bool hasCertificate)
    {
        if (_closed.Count == 0) return;
        foreach (var name in _closed.ToArray())
        {
            var listener = States[name];
            if (!IsWarm(listener.Model, hasCertificate)) continue;
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
                Set(listener.Name, listener);
                sources.Set(TypeUrls.Listener, listener.Name, listener.ToByteString());
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

    private void Set(string name, Listener listener)
    {
        if (listener.Name != name) throw new InvalidResourceException($"its name is '{listener.Name}'");
        // Whatever comes of it, what was refused before is superseded.
        var isRetry = _refused.IsHeld(listener);
        if (!isRetry) _refused.Remove(name);
        var existing = States.GetValueOrDefault(name);
        var rds = new HashSet<string>();
        var model = new ListenerDecoder(upstreams, routes.State, isGateway, routes.Statistics, limits, tokens, shared, time).Decode(listener, existing?.Model, rds);
        if (existing is not null && existing.Model.Address.Equals(model.Address))
        {
            var gone = existing.Model.Chains.Where(c => !model.Chains.Contains(c)).ToArray();
            existing.Update(model);
            drain.Later(gone);
        }
        else
        {
            States[name] = Bind(listener, model, isRetry);
            _closed.Add(name);
            if (existing is not null) Stop(existing);
        }
        _refused.Remove(name);
        _routes[name] = rds.Count == 0 ? [] : [.. rds.Select(r => routes.State(r).Name)];
    }

    private ListenerState Bind(Listener listener, ListenerModel model, bool isRetry)
    {
        try
        {
            return new ListenerState(model, acceptor, log);
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

    private static bool IsWarm(ListenerModel model, bool hasCertificate)
    {
        foreach (var chain in model.Chains)
        {
            if (chain.Tls is not null && !hasCertificate) return false;
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
