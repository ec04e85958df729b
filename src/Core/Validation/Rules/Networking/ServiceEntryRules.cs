using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a ServiceEntry must satisfy beyond its fields.</summary>
internal static class ServiceEntryRules
{
    public static void Check(ServiceEntry spec, RuleContext context)
    {
        SelectorRules.Check(spec.WorkloadSelector, context.Field("workloadSelector"));
        if (spec.WorkloadSelector is not null && !spec.Endpoints.IsEmpty) context.Conflict("only one of workloadSelector, endpoints may be set");
        CheckHosts(spec, context.Field("hosts"));
        CheckAddresses(spec, context.Field("addresses"));
        for (var i = 0; i < spec.Ports.Length; i++) CheckPort(spec, i, context.Field("ports").Item(i));
        for (var i = 0; i < spec.SubjectAltNames.Length; i++)
            if (spec.SubjectAltNames[i].Length == 0) context.Field("subjectAltNames").Item(i).Error("must not be empty");
        if (spec.Ports.IsEmpty) context.Field("ports").Warn("without ports nothing can be sent to the hosts", "List the ports they are called on.");
        ServiceEntryResolutionRules.Check(spec, context);
        ExportRules.Check(spec.ExportTo, context.Field("exportTo"), allowNone: true);
    }

    private static void CheckHosts(ServiceEntry spec, RuleContext context)
    {
        for (var i = 0; i < spec.Hosts.Length; i++)
        {
            var at = context.Item(i);
            if (spec.Hosts[i] == "*" && spec.Resolution != ServiceEntryResolution.DynamicDns) at.Error("\"*\" would be every host", "Name the service's hosts, \"*.example.com\" at the widest.");
            else Hosts.CheckServiceOrWildcard(spec.Hosts[i], at);
            if (spec.Hosts.IndexOf(spec.Hosts[i], 0, StringComparer.OrdinalIgnoreCase) < i) at.Error($"{Names.Quote(spec.Hosts[i])} is given twice");
        }

        if (spec.Resolution != ServiceEntryResolution.None && spec.Hosts.Length > 1 && spec.Ports.FirstOrDefault(p => !Protocols.IsHttp(p.Protocol) && !Protocols.IsTls(p.Protocol)) is { } port)
            context.Conflict($"several hosts cannot be told apart on port {port.Name}, which is neither HTTP nor TLS", "Give each host an object of its own, or say what the port speaks.");
    }

    private static void CheckAddresses(ServiceEntry spec, RuleContext context)
    {
        for (var i = 0; i < spec.Addresses.Length; i++)
        {
            var at = context.Item(i);
            Addresses.CheckSubnet(spec.Addresses[i], at);
            if (spec.Addresses.IndexOf(spec.Addresses[i]) < i) at.Error($"{Names.Quote(spec.Addresses[i])} is given twice");
            if (spec.Addresses[i].Contains('/', StringComparison.Ordinal) && spec.Resolution is not (ServiceEntryResolution.None or ServiceEntryResolution.Static))
                at.Error("ranges are only allowed with resolution NONE and STATIC");
        }
    }

    private static void CheckPort(ServiceEntry spec, int index, RuleContext context)
    {
        var port = spec.Ports[index];
        if (port.Name.Length > 0 && !Names.IsDns1123Label(port.Name)) context.Field("name").Error(Names.LabelReason(port.Name));
        if (port.Name.Length > 0 && spec.Ports.Take(index).Any(p => p.Name == port.Name)) context.Field("name").Error($"the port name {Names.Quote(port.Name)} is given twice");
        if (spec.Ports.Take(index).Any(p => p.Number == port.Number)) context.Field("number").Error($"port {port.Number} is given twice");
        Protocols.Check(port.Protocol, context.Field("protocol"), optional: true);
        if (port.TargetPort != 0 && spec.Resolution == ServiceEntryResolution.None) context.Field("targetPort").Warn("has no effect with resolution NONE", "Connections go on to the port they were made to.");
        if (spec.Addresses.IsEmpty && !Protocols.IsHttp(port.Protocol) && !Protocols.IsTls(port.Protocol))
            context.Warn($"without addresses all connections to port {port.Number} would be taken for this service, when the mesh allocates none", "Set addresses, or say what the port speaks if it is HTTP or TLS.");
    }
}
