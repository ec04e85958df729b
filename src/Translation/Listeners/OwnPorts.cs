using Mesh.Translation.Outbound;

namespace Mesh.Translation.Listeners;

/// <summary>Ports that a proxy listens on for itself, where nothing else can be bound.</summary>
internal static class OwnPorts
{
    private static readonly int[] Service = [15000, 15021, 15090];

    /// <summary>Admin, readiness and metrics, where they share the address, and a sidecar's outbound listener.</summary>
    public static bool Contains(ProxyDescriptor proxy, int port) =>
        (proxy.Role == ProxyRole.Sidecar && port == OutboundListeners.HttpProxyPort) ||
        ((proxy.ProxyAddress.Length == 0 || proxy.ProxyAddress == proxy.Address) && Service.Contains(port));
}
