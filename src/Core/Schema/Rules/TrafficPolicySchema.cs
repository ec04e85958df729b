using Mesh.Core.Resources.Networking;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema.Rules;

/// <summary>DestinationRule and what it is made of.</summary>
internal static class TrafficPolicySchema
{
    private const string AnyPolicy =
        "has(self.loadBalancer) || has(self.connectionPool) || has(self.outlierDetection) || has(self.tls) || has(self.tunnel) || has(self.proxyProtocol) || has(self.retryBudget)"
        + " || (has(self.portLevelSettings) && size(self.portLevelSettings) > 0)";

    /// <summary>The policy of the host, of its ports and of its subsets, but not of subsets' ports.</summary>
    private const int Shallow = 256 * 64;

    public static void AddTo(SchemaRules rules) => rules
        .Field<DestinationRule>(nameof(DestinationRule.Host), new() { Pattern = Patterns.HostOrWildcard, MinLength = 1, MaxLength = 255 })
        .Field<DestinationRule>(nameof(DestinationRule.ExportTo), SharedBounds.ExportTo)
        .Field<DestinationRule>(nameof(DestinationRule.Subsets), new() { MaxItems = 256, Keys = ["name"] })
        .Field<Subset>(nameof(Subset.Name), new() { Pattern = Patterns.AnyCaseLabel, MinLength = 1, MaxLength = 63 })
        .Field<Subset>(nameof(Subset.Labels), SharedBounds.Labels)
        .Record<TrafficPolicy>(new CelRule(AnyPolicy, "must set at least one policy"))
        .Record<PortTrafficPolicy>(new CelRule("!has(self.port) || (has(self.port.number) && self.port.number > 0)", "required: the number of the port", "port"))
        .Record<ConnectionPoolSettings>(new CelRule("has(self.tcp) || has(self.http)", "must set tcp or http"))
        .Record<LoadBalancerSettings>(new CelRule("!(has(self.localityLbSetting) && has(self.zoneAwareLbSetting))", "only one of localityLbSetting, zoneAwareLbSetting may be set"))
        .Record<LocalityLoadBalancerSetting>(new CelRule(
            "!(has(self.distribute) && size(self.distribute) > 0 && has(self.failover) && size(self.failover) > 0)", "only one of distribute, failover may be set"))
        .Field<LocalityDistribute>(nameof(LocalityDistribute.To), new()
        {
            Rules = [new CelRule("self.map(locality, self[locality]).sum() == 100", "the shares must add up to 100", MostPlaces: Shallow)],
        })
        .Field<LocalityFailover>(nameof(LocalityFailover.From), new() { MaxLength = 253 })
        .Field<LocalityFailover>(nameof(LocalityFailover.To), new() { MaxLength = 253 })
        .Record<LocalityFailover>(new CelRule("(has(self.from) ? self.from : '') != (has(self.to) ? self.to : '')", "from and to must differ", MostPlaces: Shallow));
}
