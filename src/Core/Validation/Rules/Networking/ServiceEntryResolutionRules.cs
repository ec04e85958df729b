using Mesh.Core.Fields;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What each way of finding endpoints needs and excludes.</summary>
internal static class ServiceEntryResolutionRules
{
    public static void Check(ServiceEntry spec, RuleContext context)
    {
        switch (spec.Resolution)
        {
            case ServiceEntryResolution.None: CheckNone(spec, context); break;
            case ServiceEntryResolution.Static: CheckStatic(spec, context); break;
            case ServiceEntryResolution.DynamicDns: CheckDynamic(spec, context); break;
            default: CheckDns(spec, context); break;
        }

        if (spec.Resolution is not (ServiceEntryResolution.Static or ServiceEntryResolution.DynamicDns) && spec.WorkloadSelector is not null)
            context.Field("workloadSelector").Warn($"has no effect with resolution {Word(spec)}", "Use STATIC.");
    }

    private static void CheckNone(ServiceEntry spec, RuleContext context)
    {
        if (!spec.Endpoints.IsEmpty) context.Field("endpoints").Conflict("must not be set with resolution NONE", "Use STATIC for IP addresses and DNS for names.");
    }

    private static void CheckStatic(ServiceEntry spec, RuleContext context)
    {
        if (spec.Endpoints.IsEmpty && spec.WorkloadSelector is null)
            context.Field("resolution").Warn("STATIC finds no endpoints: there is neither endpoints nor workloadSelector", "List endpoints, select workloads, or use resolution DNS to look the hosts up.");
        for (var i = 0; i < spec.Endpoints.Length; i++)
        {
            var endpoint = spec.Endpoints[i];
            var at = context.Field("endpoints").Item(i);
            if (endpoint is { Address: "", Network: "" }) at.Field("address").Error("required, unless a network is given");
            else if (endpoint.Address.Length > 0 && !Addresses.IsUnix(endpoint.Address) && !Hosts.IsIpAddress(endpoint.Address))
                at.Field("address").Error($"{Names.Quote(endpoint.Address)} is not an IP address", "Names need resolution DNS.");
            if (Addresses.IsUnix(endpoint.Address) && spec.Ports.Length != 1) at.Field("address").Error($"a socket serves exactly one port, the service has {spec.Ports.Length}");
            CheckEndpoint(spec, endpoint, at);
        }
    }

    private static void CheckDns(ServiceEntry spec, RuleContext context)
    {
        if (spec.Endpoints.IsEmpty)
        {
            for (var i = 0; i < spec.Hosts.Length; i++)
                if (spec.Hosts[i].StartsWith('*')) context.Field("hosts").Item(i).Error($"{Names.Quote(spec.Hosts[i])} cannot be looked up", $"Name one host, list endpoints, or use resolution DYNAMIC_DNS.");
        }

        if (spec.Resolution == ServiceEntryResolution.DnsRoundRobin && spec.Endpoints.Length > 1) context.Field("endpoints").Conflict("at most one with resolution DNS_ROUND_ROBIN", "Use DNS.");
        for (var i = 0; i < spec.Endpoints.Length; i++)
        {
            var at = context.Field("endpoints").Item(i);
            if (spec.Endpoints[i].Address.Length == 0) at.Field("address").Error("required");
            else if (Addresses.IsUnix(spec.Endpoints[i].Address)) at.Field("address").Error("a socket cannot be looked up", "Use resolution STATIC.");
            else if (!Hosts.IsHost(spec.Endpoints[i].Address)) at.Field("address").Error($"{Names.Quote(spec.Endpoints[i].Address)} is not a DNS name or IP address");
            CheckEndpoint(spec, spec.Endpoints[i], at);
        }
    }

    private static void CheckDynamic(ServiceEntry spec, RuleContext context)
    {
        for (var i = 0; i < spec.Hosts.Length; i++)
            if (!spec.Hosts[i].StartsWith('*')) context.Field("hosts").Item(i).Error("must be a wildcard with resolution DYNAMIC_DNS", "Use DNS for one name.");
        if (spec.Location != ServiceEntryLocation.MeshExternal) context.Field("location").Error("must be MESH_EXTERNAL with resolution DYNAMIC_DNS");
        if (!spec.Endpoints.IsEmpty) context.Field("endpoints").Conflict("must not be set with resolution DYNAMIC_DNS, which looks up what is asked for");
        if (spec.WorkloadSelector is not null) context.Field("workloadSelector").Conflict("must not be set with resolution DYNAMIC_DNS, which looks up what is asked for");
        for (var i = 0; i < spec.Ports.Length; i++)
            if (!Protocols.IsHttp(spec.Ports[i].Protocol) && !Protocols.IsTls(spec.Ports[i].Protocol))
                context.Field("ports").Item(i).Field("protocol").Error("must be HTTP or TLS with resolution DYNAMIC_DNS, which needs the name a request or connection asks for");
    }

    private static void CheckEndpoint(ServiceEntry spec, WorkloadEntry endpoint, RuleContext context)
    {
        WorkloadEntryRules.CheckCommon(endpoint, context);
        foreach (var name in endpoint.Ports.Keys)
            if (spec.Ports.All(p => p.Name != name)) context.Field("ports").Field(name).Error($"the service has no port named {Names.Quote(name)}");
    }

    private static string Word(ServiceEntry spec) => FieldNames.UpperSnakeCase(spec.Resolution.ToString());
}
