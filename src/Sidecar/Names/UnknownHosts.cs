using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams;

namespace Mesh.Sidecar.Names;

/// <summary>What became of looking for a host that the mesh does not know.</summary>
internal enum UnknownHostVerdict
{
    Found,
    NotResolved,

    /// <summary>It is one of this proxy's own listeners.</summary>
    Loops,
}

/// <summary>
/// Where requests for hosts that the mesh does not know go (ALLOW_ANY): to whom the Host names, by the system's resolver. Answers are
/// kept for a while and renewed beside the request that finds them old; a host nobody asks for any more is forgotten, the number of hosts
/// is bounded. It never leads back to a listener of this proxy. Safe from all threads.
/// </summary>
internal sealed partial class UnknownHosts(
    UpstreamConnector connector, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPEndPoint, bool> isOwn, TimeProvider time, ILogger log)
{
    public const int MaxHosts = 1024;


    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _entries.Count;

    /// <summary>The upstream of <paramref name="host"/>, <c>name</c> or <c>name:port</c>, with the settings of the passthrough cluster.</summary>
    public ValueTask<(UnknownHostVerdict Verdict, UpstreamState? Upstream)> FindAsync(string host, UpstreamConfigModel config, CancellationToken cancellation)
    {
        if (!_entries.TryGetValue(host, out var entry) || entry.State.Model is null || !ReferenceEquals(entry.Config, config))
            return ResolveAsync(host, config, cancellation);
        entry.Used = time.GetTimestamp();
        if (time.GetElapsedTime(entry.Resolved) > Fresh) _ = RenewAsync(entry, config);
        return new((UnknownHostVerdict.Found, entry.State));
    }

    // A host takes a place only once it has addresses: one that is still looked for can neither be forgotten nor push out another.
    private async ValueTask<(UnknownHostVerdict, UpstreamState?)> ResolveAsync(string host, UpstreamConfigModel config, CancellationToken cancellation)
    {
        try
        {
            var (name, port) = Split(host);
            var addresses = await resolve(name, cancellation);
            // A hosts file may name an address twice.
            IPEndPoint[] endpoints = [.. addresses.Distinct().Select(a => new IPEndPoint(a, port))];
            if (Array.Exists(endpoints, e => isOwn(e)))
            {
                Log.Loops(log, host);
                return (UnknownHostVerdict.Loops, null);
            }
            return (UnknownHostVerdict.Found, Install(host, config, endpoints));
        }
        catch (Exception e) when (e is SocketException or ArgumentException or FormatException or OverflowException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            Log.Failed(log, host, e.Message);
            return (UnknownHostVerdict.NotResolved, null);
        }
    }

    // One renewal at a time; one that fails leaves what there is.
    private async Task RenewAsync(Entry entry, UpstreamConfigModel config)
    {
        if (Interlocked.Exchange(ref entry.Renewing, 1) != 0) return;
        try
        {
            await ResolveAsync(entry.Host, config, CancellationToken.None);
            entry.Resolved = time.GetTimestamp();
        }
        finally
        {
            Volatile.Write(ref entry.Renewing, 0);
        }
    }

    private UpstreamState Install(string host, UpstreamConfigModel config, IPEndPoint[] addresses)
    {
        while (true)
        {
            if (!_entries.TryGetValue(host, out var entry))
            {
                if (_entries.Count >= MaxHosts) ForgetUnused();
                entry = _entries.GetOrAdd(host, new Entry(host) { Used = time.GetTimestamp() });
            }
            // What was forgotten in this moment must not be filled again: nobody would retire its connections.
            if (TryInstall(entry, config, addresses)) return entry.State;
        }
    }

    private bool TryInstall(Entry entry, UpstreamConfigModel config, IPEndPoint[] addresses)
    {
        lock (entry)
        {
            if (entry.IsForgotten) return false;
            var before = entry.State.Model;
            var known = before?.Endpoints.ToDictionary(e => e.State.Key) ?? [];
            var endpoints = new List<EndpointModel>();
            foreach (var key in addresses.Select(a => new EndpointKey(a, config.Tls, config.Connection)))
                endpoints.Add(known.GetValueOrDefault(key) ?? new EndpointModel(new EndpointState(key, connector), EndpointHealth.Healthy, 1, 0, null, PeerIdentity.Unknown));
            entry.State.Model = new UpstreamModel(config, endpoints);
            entry.Config = config;
            entry.Used = entry.Resolved = time.GetTimestamp();
            foreach (var old in before?.Endpoints ?? [])
                if (endpoints.TrueForAll(e => e.State != old.State)) old.State.Retire();
            return true;
        }
    }

    // Those not asked for lately; when all are, the one asked for longest ago: the bound holds.
    private void ForgetUnused()
    {
        var removed = 0;
        foreach (var (host, entry) in _entries)
            if (time.GetElapsedTime(entry.Used) > Forgotten && Forget(host, entry)) removed++;
        if (removed == 0 && _entries.MinBy(e => e.Value.Used) is { Key: { } oldest, Value: { } idle }) Forget(oldest, idle);
    }

    private bool Forget(string host, Entry entry)
    {
        lock (entry)
        {
            if (!_entries.TryRemove(new KeyValuePair<string, Entry>(host, entry))) return false;
            entry.IsForgotten = true;
            foreach (var endpoint in entry.State.Model?.Endpoints ?? []) endpoint.State.Retire();
            return true;
        }
    }

    private static (string Name, int Port) Split(string host)
    {
        var name = RouteTable.WithoutPort(host).ToString();
        if (name.Length == host.Length) return (name, 80);
        return (name, ushort.Parse(host.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    private sealed class Entry(string host)
    {
        public int Renewing;

        public string Host => host;
        public UpstreamState State { get; } = new(host);

        /// <summary>No longer in the table. Guarded by the entry's own lock, as what is installed in it is.</summary>
        public bool IsForgotten { get; set; }
        public UpstreamConfigModel? Config { get; set; }
        public long Resolved { get; set; }
        public long Used { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "unknown host {Host} does not resolve: {Reason}")]
        public static partial void Failed(ILogger logger, string host, string reason);

        [LoggerMessage(2, LogLevel.Warning, "unknown host {Host} leads back to this proxy: refused")]
        public static partial void Loops(ILogger logger, string host);
    }
}
