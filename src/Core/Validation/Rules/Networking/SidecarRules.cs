using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a Sidecar must satisfy beyond its fields.</summary>
internal static class SidecarRules
{
    public static void Check(Sidecar spec, RuleContext context)
    {
        if (spec is { Ingress.IsEmpty: true, Egress.IsEmpty: true, OutboundTrafficPolicy: null, InboundConnectionPool: null })
            context.ErrorOfWhole("says nothing", "Set egress, ingress, outboundTrafficPolicy or inboundConnectionPool.");
        SelectorRules.Check(spec.WorkloadSelector, context.Field("workloadSelector"));
        for (var i = 0; i < spec.Ingress.Length; i++)
        {
            var at = context.Field("ingress").Item(i);
            SidecarIngressRules.Check(spec.Ingress[i], at);
            if (spec.Ingress[i].Port is { Number: > 0 } port && spec.Ingress.Take(i).Any(o => o.Port?.Number == port.Number)) at.Field("port").Field("number").Error($"port {port.Number} is given twice");
        }

        SidecarEgressRules.Check(spec.Egress, context.Field("egress"));
        if (spec.InboundConnectionPool is { } pool) ConnectionPoolRules.Check(pool, context.Field("inboundConnectionPool"));
        if (spec.OutboundTrafficPolicy is { EgressProxy: { } proxy } policy) CheckEgressProxy(policy, proxy, context.Field("outboundTrafficPolicy").Field("egressProxy"));
    }

    /// <summary>What ports of listeners on both sides must satisfy.</summary>
    public static void CheckPort(SidecarPort port, RuleContext context)
    {
        if (port.Name.Length > 0 && !Names.IsDns1123Label(port.Name)) context.Field("name").Error(Names.LabelReason(port.Name));
        Protocols.Check(port.Protocol, context.Field("protocol"), optional: true);
    }

    private static void CheckEgressProxy(SidecarOutboundTrafficPolicy policy, Destination proxy, RuleContext context)
    {
        if (policy.Mode != SidecarOutboundTrafficPolicyMode.AllowAny) context.Conflict("needs mode ALLOW_ANY: otherwise nothing unknown is let out");
        DestinationRules.Check(proxy, context);
        if (proxy.Host.Length > 0 && !proxy.Host.Contains('.', StringComparison.Ordinal)) context.Field("host").Error($"{Names.Quote(proxy.Host)} is a short name", "Write it out: name.namespace.svc.cluster.local.");
        if (proxy.Port is null) context.Field("port").Error("required");
    }
}
