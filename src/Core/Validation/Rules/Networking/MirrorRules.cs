using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What copies of the traffic must satisfy.</summary>
internal static class MirrorRules
{
    public static void Check(HttpRoute route, RuleContext context)
    {
        if (route.Mirror is not null && !route.Mirrors.IsEmpty) context.Conflict("only one of mirror, mirrors may be set");
        DestinationRules.Check(route.Mirror, context.Field("mirror"));
        for (var i = 0; i < route.Mirrors.Length; i++) DestinationRules.Check(route.Mirrors[i].Destination, context.Field("mirrors").Item(i).Field("destination"));
        if (route.MirrorPercent is not null) context.Field("mirrorPercent").Warn("deprecated", "Use mirrorPercentage.value.");
        if (route.Mirror is null && route.MirrorPercentage is not null) context.Field("mirrorPercentage").Warn("has no effect without mirror", "Targets in mirrors have a percentage each.");
    }
}
