using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a ServiceEntry must satisfy beyond its fields.</summary>
internal static class ServiceEntryRules
{
    public static void Check(ServiceEntry spec, RuleContext context)
    {
        for (var i = 0; i < spec.Hosts.Length; i++) Hosts.CheckHostOrWildcard(spec.Hosts[i], context.Field("hosts").Item(i));
        ExportRules.Check(spec.ExportTo, context.Field("exportTo"));
    }
}
