using Mesh.Core.Resources.Networking;

namespace Mesh.Translation.Clusters;

/// <summary>The traffic policy of one port of one subset, merged as Istio does.</summary>
internal sealed record EffectivePolicy(LoadBalancerSettings? LoadBalancer, ConnectionPoolSettings? ConnectionPool, ClientTlsSettings? Tls)
{
    public static readonly EffectivePolicy None = new(null, null, null);

    /// <summary>The rule's policy, then the subset's over it; in each, a port's own settings replace all the others.</summary>
    public static EffectivePolicy For(TrafficPolicy? rule, TrafficPolicy? subset, int port) => None.With(rule, port).With(subset, port);

    private EffectivePolicy With(TrafficPolicy? policy, int port)
    {
        if (policy is null) return this;
        var settings = policy.PortLevelSettings.IsDefaultOrEmpty ? null : policy.PortLevelSettings.FirstOrDefault(p => p.Port?.Number == port);
        return settings is not null
            ? new EffectivePolicy(settings.LoadBalancer, settings.ConnectionPool, settings.Tls)
            : new EffectivePolicy(policy.LoadBalancer ?? LoadBalancer, policy.ConnectionPool ?? ConnectionPool, policy.Tls ?? Tls);
    }
}
