using Mesh.Core.Resources.Networking;

namespace Mesh.Translation.Clusters;

/// <summary>The traffic policy of one port of one subset, merged as Istio does.</summary>
internal sealed record EffectivePolicy
{
    public static readonly EffectivePolicy None = new();

    public LoadBalancerSettings? LoadBalancer { get; private init; }
    public ConnectionPoolSettings? ConnectionPool { get; private init; }
    public OutlierDetection? OutlierDetection { get; private init; }
    public ClientTlsSettings? Tls { get; private init; }

    /// <summary>No part of a port's own settings: it always comes from the whole policy.</summary>
    public RetryBudget? RetryBudget { get; private init; }

    /// <summary>The rule's policy, then the subset's over it; in each, a port's own settings replace all the others.</summary>
    public static EffectivePolicy For(TrafficPolicy? rule, TrafficPolicy? subset, int port) => None.With(rule, port).With(subset, port);

    private EffectivePolicy With(TrafficPolicy? policy, int port)
    {
        if (policy is null) return this;
        var settings = policy.PortLevelSettings.IsDefaultOrEmpty ? null : policy.PortLevelSettings.FirstOrDefault(p => p.Port?.Number == port);
        if (settings is not null)
            return new EffectivePolicy
            {
                LoadBalancer = settings.LoadBalancer,
                ConnectionPool = settings.ConnectionPool,
                OutlierDetection = settings.OutlierDetection,
                Tls = settings.Tls,
                RetryBudget = policy.RetryBudget ?? RetryBudget,
            };
        return new EffectivePolicy
        {
            LoadBalancer = policy.LoadBalancer ?? LoadBalancer,
            ConnectionPool = policy.ConnectionPool ?? ConnectionPool,
            OutlierDetection = policy.OutlierDetection ?? OutlierDetection,
            Tls = policy.Tls ?? Tls,
            RetryBudget = policy.RetryBudget ?? RetryBudget,
        };
    }
}
