using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a DestinationRule must satisfy beyond its fields.</summary>
internal static class DestinationRuleRules
{
    public static void Check(DestinationRule spec, RuleContext context)
    {
        if (spec.Host.Length > 0) Hosts.CheckHostOrWildcard(spec.Host, context.Field("host"));
        ExportRules.Check(spec.ExportTo, context.Field("exportTo"));
        if (spec.TrafficPolicy is { } policy) CheckPolicy(policy, context.Field("trafficPolicy"));
        for (var i = 0; i < spec.Subsets.Length; i++)
        {
            var subset = spec.Subsets[i];
            var at = context.Field("subsets").Item(i);
            if (subset.Name.Length > 0 && !Names.IsDns1123Label(subset.Name)) at.Field("name").Error(Names.LabelReason(subset.Name));
            if (subset.Name.Length > 0 && spec.Subsets.Take(i).Any(s => s.Name == subset.Name)) at.Field("name").Error($"the subset {Names.Quote(subset.Name)} is given twice");
            at.Field("labels").CheckLabels(subset.Labels);
            if (subset.Labels.IsEmpty) at.Field("labels").Warn("without labels the subset is every endpoint of the host");
            if (subset.TrafficPolicy is { } own) CheckPolicy(own, at.Field("trafficPolicy"));
        }
    }

    private static void CheckPolicy(TrafficPolicy policy, RuleContext context)
    {
        if (policy is { LoadBalancer: null, ConnectionPool: null, OutlierDetection: null, Tls: null, Tunnel: null, ProxyProtocol: null, RetryBudget: null } && policy.PortLevelSettings.IsEmpty)
            context.ErrorOfWhole("must set at least one policy");
        CheckParts(policy.LoadBalancer, policy.ConnectionPool, context);
        for (var i = 0; i < policy.PortLevelSettings.Length; i++)
        {
            var port = policy.PortLevelSettings[i];
            var at = context.Field("portLevelSettings").Item(i);
            if (port.Port is { Number: 0 }) at.Field("port").Field("number").Error("required");
            if (port.Port is { } selector && policy.PortLevelSettings.Take(i).Any(p => p.Port?.Number == selector.Number)) at.Field("port").Error($"port {selector.Number} is given twice");
            CheckParts(port.LoadBalancer, port.ConnectionPool, at);
        }
    }

    private static void CheckParts(LoadBalancerSettings? balancer, ConnectionPoolSettings? pool, RuleContext context)
    {
        if (balancer is { LocalityLbSetting: not null, ZoneAwareLbSetting: not null }) context.Field("loadBalancer").Error("only one of localityLbSetting, zoneAwareLbSetting may be set");
        if (balancer?.LocalityLbSetting is { } locality) CheckLocality(locality, context.Field("loadBalancer").Field("localityLbSetting"));
        if (pool is { Tcp: null, Http: null }) context.Field("connectionPool").ErrorOfWhole("must set tcp or http");
    }

    private static void CheckLocality(LocalityLoadBalancerSetting locality, RuleContext context)
    {
        if (!locality.Distribute.IsEmpty && !locality.Failover.IsEmpty) context.Error("only one of distribute, failover may be set");
        for (var i = 0; i < locality.Distribute.Length; i++)
        {
            var total = locality.Distribute[i].To.Values.Sum(w => (long)w);
            if (total != 100) context.Field("distribute").Item(i).Field("to").ErrorOfWhole($"the shares must add up to 100, not {total}");
        }

        for (var i = 0; i < locality.Failover.Length; i++)
            if (locality.Failover[i].From == locality.Failover[i].To) context.Field("failover").Item(i).Error("from and to must differ");
    }
}
