using System.Net;
using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a Service must satisfy beyond its fields, after Kubernetes' own validation.</summary>
internal static class ServiceRules
{
    private const int MaxPortName = 15;

    public static void Check(Service spec, RuleContext context)
    {
        context.Field("selector").CheckLabels(spec.Selector);
        if (spec.ClusterIP is not ("" or "None") && !IPAddress.TryParse(spec.ClusterIP, out _)) context.Field("clusterIP").Error($"{Names.Quote(spec.ClusterIP)} is not an IP address, None or empty");
        if (spec.Ports.IsEmpty && spec.ClusterIP != "None") context.Field("ports").ErrorOfWhole("required");
        for (var i = 0; i < spec.Ports.Length; i++) CheckPort(spec, i, context.Field("ports").Item(i));
    }

    private static void CheckPort(Service spec, int index, RuleContext context)
    {
        var port = spec.Ports[index];
        if (port.Name.Length == 0 && spec.Ports.Length > 1) context.Field("name").Error("required when there are several ports");
        if (port.Name.Length > 0 && !Names.IsDns1123Label(port.Name)) context.Field("name").Error(Names.LabelReason(port.Name));
        if (port.Name.Length > 0 && spec.Ports.Take(index).Any(p => p.Name == port.Name)) context.Field("name").Error($"the port name {Names.Quote(port.Name)} is given twice");
        if (spec.Ports.Take(index).Any(p => p.Port == port.Port)) context.Field("port").Error($"port {port.Port} is given twice");
        if (port.AppProtocol.Length > 0 && !Names.IsQualifiedName(port.AppProtocol)) context.Field("appProtocol").Error(Names.QualifiedReason(port.AppProtocol));
        if (port.TargetPort is { } target) CheckTarget(target, context.Field("targetPort"));
    }

    private static void CheckTarget(IntOrString target, RuleContext context)
    {
        if (target.Name is null && target.Number is < 1 or > 65535) context.Error($"must be from 1 to 65535, is {target.Number}");
        if (target.Name is { } name && (name.Length > MaxPortName || !Names.IsDns1123Label(name) || !name.Any(char.IsAsciiLetter)))
            context.Error($"{Names.Quote(name)} is not a port name: at most {MaxPortName} lower-case letters, digits and dashes, at least one letter");
    }
}
