using System.Collections.Immutable;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What TLSRoutes and TCPRoutes must satisfy beyond their fields.</summary>
internal static class StreamRouteRules
{
    public static void CheckTls(TlsRouteSpec spec, RuleContext context)
    {
        ReferenceRules.CheckParents(spec.ParentRefs, context.Field("parentRefs"));
        if (spec.Hostnames.IsEmpty && context.Version != "v1alpha2") context.Field("hostnames").ErrorOfWhole("required");
        GatewayHosts.Check(spec.Hostnames, context.Field("hostnames"));
        CheckRules(spec.Rules, context.Field("rules"));
    }

    public static void CheckTcp(TcpRouteSpec spec, RuleContext context)
    {
        ReferenceRules.CheckParents(spec.ParentRefs, context.Field("parentRefs"));
        CheckRules(spec.Rules, context.Field("rules"));
    }

    // The older version took more than one, though nothing tells their traffic apart.
    private static void CheckRules(ImmutableArray<StreamRouteRule> rules, RuleContext context)
    {
        if (rules.Length > 1 && context.Version != "v1alpha2") context.Error($"has {rules.Length} elements; at most 1 is allowed");
        context.CheckUnique(rules, r => r.Name, "rule", field: "name");
        for (var i = 0; i < rules.Length; i++)
        {
            ReferenceRules.CheckSection(rules[i].Name, context.Item(i).Field("name"));
            for (var b = 0; b < rules[i].BackendRefs.Length; b++)
            {
                var backend = rules[i].BackendRefs[b];
                ReferenceRules.CheckBackend(backend.Group, backend.Kind, backend.Name, backend.Namespace, backend.Port, context.Item(i).Field("backendRefs").Item(b));
            }
        }
    }
}
