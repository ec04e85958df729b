using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a WorkloadEntry must satisfy beyond its fields, alone or as an endpoint of a ServiceEntry.</summary>
internal static class WorkloadEntryRules
{
    private const int MaxPortName = 63;

    public static void Check(WorkloadEntry spec, RuleContext context)
    {
        if (spec is { Address: "", Network: "" }) context.Field("address").Error("required, unless a network is given");
        else if (spec.Address.Length == 0) context.Field("address").Warn($"without an address the workload is reached through the gateway of network {Names.Quote(spec.Network)}");
        else if (!Addresses.IsUnix(spec.Address) && !Hosts.IsHost(spec.Address)) context.Field("address").Error($"{Names.Quote(spec.Address)} is not an IP address, DNS name or socket");
        CheckCommon(spec, context);
    }

    /// <summary>What holds for endpoints and templates too.</summary>
    public static void CheckCommon(WorkloadEntry spec, RuleContext context)
    {
        if (Addresses.IsUnix(spec.Address))
        {
            Addresses.CheckUnix(spec.Address, context.Field("address"));
            if (!spec.Ports.IsEmpty) context.Field("ports").Conflict("a socket has no ports");
        }

        foreach (var name in spec.Ports.Keys)
            if (!IsPortName(name)) context.Field("ports").Field(name).Error($"{Names.Quote(name)} is not a port name: letters, digits and dashes, fewer than {MaxPortName}");
        context.Field("labels").CheckLabels(spec.Labels);
        if (spec.Locality.Length > 0 && spec.Locality.Split('/', 3).Any(p => p.Length == 0)) context.Field("locality").Error($"{Names.Quote(spec.Locality)} is not a locality", "Write region, region/zone or region/zone/subzone.");
        if (spec.ServiceAccount.Length > 0 && !Names.IsDns1123Subdomain(spec.ServiceAccount)) context.Field("serviceAccount").Error(Names.SubdomainReason(spec.ServiceAccount));
    }

    private static bool IsPortName(string name) => name.Length < MaxPortName && Names.IsDns1123Label(name.ToLowerInvariant());
}
