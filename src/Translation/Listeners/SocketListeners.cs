using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
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

    public static FilterChain Chain(Filter filter) => new() { Filters = { filter } };
}
