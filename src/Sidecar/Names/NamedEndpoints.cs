using System.Net;
using System.Net.Sockets;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using SocketAddress = Envoy.Config.Core.V3.SocketAddress;

namespace Mesh.Sidecar.Names;

/// <summary>How an upstream's endpoints are found by name (Envoy's STRICT_DNS, or LOGICAL_DNS, which takes one address of an answer).</summary>
internal sealed record NamesModel(bool IsLogical, AddressFamilies Families, TimeSpan Refresh)
{
    /// <summary>Envoy's.</summary>
    public static readonly TimeSpan DefaultRefresh = TimeSpan.FromSeconds(5);
}

/// <summary>
/// Looks up the names in an upstream's endpoints again and again, and hands out what they stand for. A name that fails keeps its last
/// addresses. Runs until disposed; <paramref name="install"/> is never called after that, nor twice at once.
/// </summary>
internal sealed partial class NamedEndpoints(
    string upstream, NamesModel model, ClusterLoadAssignment written, Action<ClusterLoadAssignment> install, TimeProvider time, ILogger log) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _installing = new();
    private readonly Dictionary<string, IPAddress[]> _known = [];
    private ClusterLoadAssignment? _last;
    private bool _stopped;

    public ClusterLoadAssignment Written => written;

    public NamesModel Model => model;

    public void Start() => _ = Task.Run(RunAsync);

    public void Dispose()
    {
        lock (_installing) _stopped = true;
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var token = _stopping.Token;
        try
        {
            while (!token.IsCancellationRequested)
            {
                foreach (var name in Names().Distinct(StringComparer.OrdinalIgnoreCase).ToArray()) await LookUpAsync(name, token);
                Install(Expand());
                // A little random, so that a mesh's proxies do not ask all at once.
                await Task.Delay(model.Refresh * (0.9 + Random.Shared.NextDouble() / 5), time, token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private IEnumerable<string> Names() => written.Endpoints.SelectMany(l => l.LbEndpoints).Select(e => e.Endpoint?.Address?.SocketAddress?.Address ?? "");

    private async Task LookUpAsync(string name, CancellationToken token)
    {
        try
        {
            _known[name] = await HostLookup.ResolveAsync(name, model.Families, time, token);
        }
        catch (Exception e) when (e is SocketException or ArgumentException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            Log.Failed(log, upstream, name, e.Message);
        }
    }

    private ClusterLoadAssignment Expand()
    {
        var result = new ClusterLoadAssignment { ClusterName = written.ClusterName, Policy = written.Policy };
        foreach (var locality in written.Endpoints)
        {
            var expanded = locality.Clone();
            expanded.LbEndpoints.Clear();
            foreach (var endpoint in locality.LbEndpoints)
            {
                var addresses = _known.GetValueOrDefault(endpoint.Endpoint.Address.SocketAddress.Address) ?? [];
                foreach (var address in model.IsLogical ? addresses.Take(1) : addresses.OrderBy(a => a.ToString(), StringComparer.Ordinal))
                    expanded.LbEndpoints.Add(At(endpoint, address));
            }
            result.Endpoints.Add(expanded);
        }
        return result;
    }

    private static LbEndpoint At(LbEndpoint endpoint, IPAddress address)
    {
        var found = endpoint.Clone();
        var socket = found.Endpoint.Address.SocketAddress;
        // The name is what the server calls itself: for rewriting Host, and in dumps.
        if (found.Endpoint.Hostname.Length == 0) found.Endpoint.Hostname = socket.Address;
        found.Endpoint.Address = new Address { SocketAddress = new SocketAddress { Address = address.ToString(), PortValue = socket.PortValue } };
        return found;
    }

    private void Install(ClusterLoadAssignment now)
    {
        lock (_installing)
        {
            if (_stopped || now.Equals(_last)) return;
            install(now);
            _last = now;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Upstream}: {Name} does not resolve: {Reason}")]
        public static partial void Failed(ILogger logger, string upstream, string name, string reason);
    }
}
