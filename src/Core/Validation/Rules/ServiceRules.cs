using System.Collections.Immutable;
using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a Service must satisfy beyond its fields, after Kubernetes' own validation.</summary>
internal static class ServiceRules
{
    private const int MaxPortName = 15;

    private static readonly ImmutableArray<string> Protocols = ["", "TCP", "UDP", "SCTP"];
    private static readonly ImmutableArray<string> Types = ["", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];

    public static void Check(Service spec, RuleContext context)
    {
        context.Field("selector").CheckLabels(spec.Selector);
        CheckType(spec, context);
        CheckWords(spec, context);
        CheckAddresses(spec, context);
        if (spec.Ports.IsEmpty && spec.ClusterIP != "None" && spec.Type != "ExternalName") context.Field("ports").ErrorOfWhole("required");
        for (var i = 0; i < spec.Ports.Length; i++) CheckPort(spec, i, context.Field("ports").Item(i));
    }

    private static void CheckType(Service spec, RuleContext context)
    {
        context.Field("type").CheckWord(spec.Type, Types);
        if (spec.Type != "ExternalName") return;
        if (!Names.IsDns1123Subdomain(spec.ExternalName.EndsWith('.') ? spec.ExternalName[..^1] : spec.ExternalName)) context.Field("externalName").Error(spec.ExternalName.Length == 0 ? "required for type ExternalName" : Names.SubdomainReason(spec.ExternalName));
        if (spec.ClusterIP.Length > 0) context.Field("clusterIP").Error("must be left out for type ExternalName");
    }

    private static void CheckWords(Service spec, RuleContext context)
    {
        context.Field("sessionAffinity").CheckWord(spec.SessionAffinity, ["", "None", "ClientIP"]);
        if (spec.SessionAffinityConfig?.ClientIP is { } pinned && pinned.TimeoutSeconds is < 1 or > 86400)
            context.Field("sessionAffinityConfig").Field("clientIP").Field("timeoutSeconds").Error($"must be from 1 to 86400, is {pinned.TimeoutSeconds}");
        if (spec.SessionAffinityConfig is not null && spec.SessionAffinity != "ClientIP") context.Field("sessionAffinityConfig").Error("needs sessionAffinity: ClientIP");
        context.Field("externalTrafficPolicy").CheckWord(spec.ExternalTrafficPolicy, ["", "Cluster", "Local"]);
        context.Field("internalTrafficPolicy").CheckWord(spec.InternalTrafficPolicy, ["", "Cluster", "Local"]);
        context.Field("trafficDistribution").CheckWord(spec.TrafficDistribution, ["", "PreferClose", "PreferSameZone", "PreferSameNode"]);
        context.Field("ipFamilyPolicy").CheckWord(spec.IpFamilyPolicy, ["", "SingleStack", "PreferDualStack", "RequireDualStack"]);
        for (var i = 0; i < spec.IpFamilies.Length; i++) context.Field("ipFamilies").Item(i).CheckWord(spec.IpFamilies[i], ["IPv4", "IPv6"]);
    }

    private static void CheckAddresses(Service spec, RuleContext context)
    {
        if (spec.ClusterIP is not ("" or "None") && !Hosts.IsIpAddress(spec.ClusterIP)) context.Field("clusterIP").Error($"{Names.Quote(spec.ClusterIP)} is not an IP address, None or empty");
        for (var i = 0; i < spec.ClusterIPs.Length; i++)
            if (spec.ClusterIPs[i] is not ("" or "None") && !Hosts.IsIpAddress(spec.ClusterIPs[i])) context.Field("clusterIPs").Item(i).Error($"{Names.Quote(spec.ClusterIPs[i])} is not an IP address or None");
        if (spec.ClusterIPs.Length > 0 && spec.ClusterIP != spec.ClusterIPs[0] && spec.ClusterIP.Length > 0) context.Field("clusterIPs").Item(0).Error("must be the same as clusterIP");
        for (var i = 0; i < spec.ExternalIPs.Length; i++)
            if (!Hosts.IsIpAddress(spec.ExternalIPs[i])) context.Field("externalIPs").Item(i).Error($"{Names.Quote(spec.ExternalIPs[i])} is not an IP address");
        for (var i = 0; i < spec.LoadBalancerSourceRanges.Length; i++)
            if (!Addresses.IsNetwork(spec.LoadBalancerSourceRanges[i].Trim())) context.Field("loadBalancerSourceRanges").Item(i).Error($"{Names.Quote(spec.LoadBalancerSourceRanges[i])} is not a network", "Write \"10.0.0.0/8\".");
    }

    private static void CheckPort(Service spec, int index, RuleContext context)
    {
        var port = spec.Ports[index];
        context.Field("protocol").CheckWord(port.Protocol, Protocols);
        if (port.Name.Length == 0 && spec.Ports.Length > 1) context.Field("name").Error("required when there are several ports");
        if (port.Name.Length > 0 && !Names.IsDns1123Label(port.Name)) context.Field("name").Error(Names.LabelReason(port.Name));
        if (port.Name.Length > 0 && spec.Ports.Take(index).Any(p => p.Name == port.Name)) context.Field("name").Error($"the port name {Names.Quote(port.Name)} is given twice");
        if (spec.Ports.Take(index).Any(p => p.Port == port.Port && Protocol(p) == Protocol(port))) context.Field("port").Error($"port {port.Port} is given twice");
        if (port.AppProtocol.Length > 0 && !Names.IsQualifiedName(port.AppProtocol)) context.Field("appProtocol").Error(Names.QualifiedReason(port.AppProtocol));
        if (port.NodePort is < 0 or > 65535) context.Field("nodePort").Error($"must be from 0 to 65535, is {port.NodePort}");
        if (port.TargetPort is { } target) CheckTarget(target, context.Field("targetPort"));
    }

    private static string Protocol(ServicePort port) => port.Protocol.Length == 0 ? "TCP" : port.Protocol;

    private static void CheckTarget(IntOrString target, RuleContext context)
    {
        if (target.Name is null && target.Number is < 1 or > 65535) context.Error($"must be from 1 to 65535, is {target.Number}");
        if (target.Name is { } name && (name.Length > MaxPortName || !Names.IsDns1123Label(name) || !name.Any(char.IsAsciiLetter)))
            context.Error($"{Names.Quote(name)} is not a port name: at most {MaxPortName} lower-case letters, digits and dashes, at least one letter");
    }
}
