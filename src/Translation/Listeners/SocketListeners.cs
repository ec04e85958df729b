using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Listeners;

/// <summary>Listeners that bind an address.</summary>
internal static class SocketListeners
{
    public static string Name(string address, int port) => $"{address}_{port}";

    public static Listener Create(string name, string address, int port, TrafficDirection direction, params ReadOnlySpan<FilterChain> chains)
    {
        var listener = new Listener { Name = name, Address = Addresses.Socket(address, port), TrafficDirection = direction };
        foreach (var chain in chains) listener.FilterChains.Add(chain);
        return listener;
    }

    /// <summary>The same with a look at the first bytes, where some chain wants to know what they say.</summary>
    public static Listener Inspecting(this Listener listener)
    {
        if (listener.FilterChains.Any(c => c.FilterChainMatch is { } match && (match.TransportProtocol.Length > 0 || match.ServerNames.Count > 0)))
            listener.ListenerFilters.Add(new ListenerFilter { Name = "envoy.filters.listener.tls_inspector", TypedConfig = Packing.Pack(new TlsInspector()) });
        return listener;
    }

    public static FilterChain Chain(Filter filter) => new() { Filters = { filter } };
}
