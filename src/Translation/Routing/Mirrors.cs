using Envoy.Config.Route.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Routing;

/// <summary>Copies of a rule's requests. A mirror that does not exist is reported and left out: the rule does not suffer.</summary>
internal static class Mirrors
{
    public static void Apply(RouteContext context, VirtualServiceModel owner, HttpRoute rule, RouteAction action, string path)
    {
        if (rule.Mirrors.Length > 0)
        {
            for (var i = 0; i < rule.Mirrors.Length; i++)
                Add(context, owner, action, rule.Mirrors[i].Destination, rule.Mirrors[i].Percentage?.Value ?? 100, $"{path}.mirrors[{i}].destination");
        }
        else if (rule.Mirror is { } mirror)
        {
            Add(context, owner, action, mirror, rule.MirrorPercentage?.Value ?? rule.MirrorPercent ?? 100, path + ".mirror");
        }
    }

    private static void Add(RouteContext context, VirtualServiceModel owner, RouteAction action, Destination? destination, double percent, string path)
    {
        if (percent <= 0 || DestinationResolver.Resolve(context, owner, destination, path) is not { } cluster) return;
        action.RequestMirrorPolicies.Add(new RouteAction.Types.RequestMirrorPolicy { Cluster = cluster, RuntimeFraction = Shares.Runtime(percent), TraceSampled = false });
    }
}
