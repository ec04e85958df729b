using System.Collections.Concurrent;
using Google.Protobuf;
using Mesh.Protocol;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Route configurations: decoded when they come, in force once every upstream that they name is known. Used by the discovery loop;
/// <see cref="States"/> is read from all threads.
/// </summary>
internal sealed class RouteResources(Func<string, UpstreamState> upstreams, SourceStore sources, SharedParts shared, TimeProvider time)
{
    private readonly Dictionary<string, Waiting> _waiting = [];
    private readonly HashSet<string> _tablesOfMany = [];

    public ConcurrentDictionary<string, RouteConfigState> States { get; } = new();

    public RouteStatistics Statistics { get; } = new();

    public bool HasWaiting => _waiting.Count > 0;

    public bool IsWaiting(string name) => _waiting.ContainsKey(name);

    /// <summary>One that is not known yet is made by the discovery loop only.</summary>
    public RouteConfigState State(string name)
    {
        if (States.TryGetValue(name, out var known)) return known;
        // Under the text that a table of all services has for it, if that came first.
        if (Elsewhere(name)?.Name is { } text && text == name) name = text;
        return States.GetOrAdd(name, static n => new RouteConfigState(n));
    }

    public void Set(string name, ByteString source)
    {
        var state = State(name);
        var before = _waiting.GetValueOrDefault(name)?.Table ?? state.Table;
        var table = new RouteDecoder(upstreams, Statistics, shared, time, KnownName).Decode(state.Name, source, before, Elsewhere);
        _waiting[name] = new Waiting(table);
        if (table.Hosts.Count > 1) _tablesOfMany.Add(name);
        else _tablesOfMany.Remove(name);
        sources.Set(TypeUrls.RouteConfiguration, name, source);
    }

    /// <summary>The text that is kept already; a virtual host mostly has the name of a configuration of its own.</summary>
    public string KnownName(string host) => States.TryGetValue(host, out var state) ? state.Name : host;

    // A service's routes stand in the table of all services, by their Host, and in one of their own under the virtual host's name.
    private VirtualHostModel? Elsewhere(string host)
    {
        if (TableOf(host) is { Hosts: [var own] }) return own;
        foreach (var shared in _tablesOfMany)
            if (TableOf(shared)?.FindHost(host) is { } found) return found;
        return null;
    }

    private RouteTable? TableOf(string name) => _waiting.GetValueOrDefault(name)?.Table ?? States.GetValueOrDefault(name)?.Table;

    public void Remove(string name)
    {
        _tablesOfMany.Remove(name);
        sources.Remove(TypeUrls.RouteConfiguration, name);
        _waiting.Remove(name);
        if (States.TryGetValue(name, out var routes)) routes.Table = new RouteTable(name, [], ignorePort: false);
    }

    /// <summary>Puts in force what need not wait any longer; with <paramref name="force"/> everything.</summary>
    public void Settle(bool force)
    {
        if (_waiting.Count == 0) return;
        foreach (var (name, waiting) in _waiting.ToArray())
        {
            if (!force && !waiting.IsWarm()) continue;
            State(name).Table = waiting.Table;
            _waiting.Remove(name);
        }
        // Thousands may have waited once; hardly any do again.
        if (_waiting.Count == 0) _waiting.TrimExcess();
    }

    /// <summary>Forgets configurations that no listener asks for any more.</summary>
    public void Forget(IReadOnlySet<string> wanted)
    {
        foreach (var (name, _) in States)
        {
            if (wanted.Contains(name)) continue;
            States.TryRemove(name, out _);
            _tablesOfMany.Remove(name);
            sources.Remove(TypeUrls.RouteConfiguration, name);
        }
    }

    /// <summary>A configuration that waits, and the first of its upstreams that was not known when last asked.</summary>
    private sealed class Waiting(RouteTable table)
    {
        private UpstreamState? _missing;

        public RouteTable Table => table;

        public bool IsWarm()
        {
            if (_missing is { IsKnown: false }) return false;
            foreach (var host in table.Hosts)
                foreach (var route in host.Routes)
                    foreach (var upstream in route.Upstreams)
                        if (!upstream.IsKnown)
                        {
                            _missing = upstream;
                            return false;
                        }
            return true;
        }
    }
}
