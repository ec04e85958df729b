namespace Mesh.Translation.Tests.Coverage;

/// <summary>Enforced fields that something else than translation reads, each with its reader and where that is tested.</summary>
internal static class ReadElsewhere
{
    private static readonly Dictionary<string, string> Readers = new(StringComparer.Ordinal)
    {
        ["Mesh.MeshConfig.trustDomain"] = "meshctl up, which starts the mesh with it, and the API, which refuses another: ApplyJudgeTests",
        ["Mesh.MeshConfig.outboundTrafficPolicy"] = "REGISTRY_ONLY alone is accepted, and it is what translation does",
        ["Mesh.OutboundTrafficPolicy.mode"] = "REGISTRY_ONLY alone is accepted, and it is what translation does",
        ["Security.JwtRule.jwksUri"] = "the agent, which fetches the keys: KeySetTests, RequestAuthenticationTests",
        ["Security.JwtRule.timeout"] = "the agent, as a limit on fetching the keys: KeySetTests",
        ["Resources.PolicyTargetReference.group"] = "each kind has one group alone, so neither can be changed without the other: RateLimitTests",
        ["Resources.PolicyTargetReference.kind"] = "as its group",
        ["Resources.PolicyTargetReference.namespace"] = "must be left out",
    };

    public static IEnumerable<string> Names => Readers.Keys;
}
