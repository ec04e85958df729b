using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Tcp;

/// <summary>A TCP proxy chain: where to, and after how long without a byte it ends.</summary>
internal sealed record TcpChainModel(RouteTargets Targets, TimeSpan IdleTimeout, int MaxConnectAttempts)
{
    /// <summary>After this age a connection ends, whatever moves on it; null is never.</summary>
    public TimeSpan? MaxDuration { get; init; }
}
