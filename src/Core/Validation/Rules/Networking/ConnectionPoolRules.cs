using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What limits on connections and requests must satisfy.</summary>
internal static class ConnectionPoolRules
{
    public static void Check(ConnectionPoolSettings pool, RuleContext context)
    {
        if (pool is { Tcp: null, Http: null }) context.ErrorOfWhole("must set tcp or http");
        if (pool.Http is { UseClientProtocol: true, H2UpgradePolicy: H2UpgradePolicy.Upgrade })
            context.Field("http").Field("useClientProtocol").Conflict("cannot be combined with h2UpgradePolicy: UPGRADE", "Keep the client's protocol, or upgrade.");
        if (pool.Tcp?.IdleTimeout is { } idle && idle.Ticks % TimeSpan.TicksPerMillisecond != 0) context.Field("tcp").Field("idleTimeout").Error("must be whole milliseconds");
    }
}
