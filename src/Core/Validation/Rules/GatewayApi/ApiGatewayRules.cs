using System.Collections.Immutable;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What a Gateway of the Gateway API must satisfy beyond its fields.</summary>
internal static class ApiGatewayRules
{
    public static void Check(GatewaySpec spec, RuleContext context)
    {
        context.Field("listeners").CheckUnique(spec.Listeners, l => l.Name, "listener", field: "name");
        for (var i = 0; i < spec.Listeners.Length; i++)
        {
            var at = context.Field("listeners").Item(i);
            ListenerRules.Check(spec.Listeners[i], at);
            var taken = spec.Listeners.Take(i).ToList().FindIndex(l => IsSame(l, spec.Listeners[i]));
            if (taken >= 0) at.Error($"has the same port, protocol and hostname as listeners[{taken}]", "Traffic must fit one listener only.");
        }

        CheckAddresses(spec.Addresses, context.Field("addresses"));
        if (spec.Infrastructure is { } infrastructure) CheckInfrastructure(infrastructure, context.Field("infrastructure"));
        if (spec.AllowedListeners?.Namespaces is { } namespaces) ListenerRules.CheckNamespaces(namespaces, isForRoutes: false, context.Field("allowedListeners").Field("namespaces"));
        if (spec.Tls is { } tls) CheckTls(tls, context.Field("tls"));
    }

    private static bool IsSame(GatewayListener one, GatewayListener other) =>
        one.Port == other.Port && one.Protocol.Equals(other.Protocol, StringComparison.OrdinalIgnoreCase) && one.Hostname == other.Hostname;

    private static void CheckAddresses(ImmutableArray<GatewayAddress> addresses, RuleContext context)
    {
        for (var i = 0; i < addresses.Length; i++)
        {
            var (type, value) = (addresses[i].Type is "" ? "IPAddress" : addresses[i].Type, addresses[i].Value);
            var at = context.Item(i).Field("value");
            if (type is not ("IPAddress" or "Hostname" or "NamedAddress") && !type.Contains('/', StringComparison.Ordinal)) context.Item(i).Field("type").Error($"unknown type {Names.Quote(type)}", "Use IPAddress, Hostname, NamedAddress, or domain/name.");
            if (value.Length == 0) continue;
            if (type == "IPAddress" && !Hosts.IsIpAddress(value)) at.Error($"{Names.Quote(value)} is not an IP address");
            if (type == "Hostname") GatewayHosts.Check(value, at);
            if (addresses.Take(i).Any(a => a.Value == value && (a.Type is "" ? "IPAddress" : a.Type) == type)) at.Error($"{Names.Quote(value)} is given twice");
        }
    }

    private static void CheckInfrastructure(GatewayInfrastructure infrastructure, RuleContext context)
    {
        context.Field("labels").CheckLabels(infrastructure.Labels);
        foreach (var key in infrastructure.Annotations.Keys)
            if (!Names.IsQualifiedName(key)) context.Field("annotations").Field(key).Error(Names.QualifiedReason(key));
        if (infrastructure.ParametersRef is { } parameters) ReferenceRules.CheckName(parameters.Group, parameters.Kind, parameters.Name, "", context.Field("parametersRef"));
    }

    private static void CheckTls(GatewayTls tls, RuleContext context)
    {
        if (tls.Backend?.ClientCertificateRef is { } client) ReferenceRules.CheckName(client.Group, client.Kind, client.Name, client.Namespace, context.Field("backend").Field("clientCertificateRef"));
        if (tls.Frontend is not { } frontend) return;
        var ports = context.Field("frontend").Field("perPort");
        for (var i = 0; i < frontend.PerPort.Length; i++)
            if (frontend.PerPort.Take(i).Any(p => p.Port == frontend.PerPort[i].Port)) ports.Item(i).Field("port").Error($"port {frontend.PerPort[i].Port} is given twice");
    }
}
