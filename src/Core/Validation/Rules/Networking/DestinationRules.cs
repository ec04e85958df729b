using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Where rules send traffic, and in which shares.</summary>
internal static class DestinationRules
{
    public static void Check(ImmutableArray<HttpRouteDestination> destinations, RuleContext context)
    {
        for (var i = 0; i < destinations.Length; i++)
        {
            Check(destinations[i].Destination, context.Item(i).Field("destination"));
            HeaderRules.Check(destinations[i].Headers, context.Item(i).Field("headers"));
        }

        CheckWeights([.. destinations.Select(d => d.Weight)], context);
    }

    public static void Check(ImmutableArray<RouteDestination> destinations, RuleContext context)
    {
        for (var i = 0; i < destinations.Length; i++) Check(destinations[i].Destination, context.Item(i).Field("destination"));
        CheckWeights([.. destinations.Select(d => d.Weight)], context);
    }

    public static void Check(Destination? destination, RuleContext context)
    {
        if (destination is null) return;
        if (destination.Host.Length > 0) Hosts.CheckService(destination.Host, context.Field("host"));
        if (destination.Subset.Length > 0 && !Names.IsAnyCaseLabel(destination.Subset)) context.Field("subset").Error(Names.AnyCaseLabelReason(destination.Subset));
        if (destination.Port is { Number: 0 }) context.Field("port").Field("number").Error("required");
    }

    private static void CheckWeights(ImmutableArray<int> weights, RuleContext context)
    {
        var total = weights.Sum(w => (long)w);
        if (weights.Length < 2) return;
        if (total == 0) context.ErrorOfWhole("the weights of several destinations must not all be 0", "Give each its weight.");
        else if (total > uint.MaxValue) context.Error("the weights add up to more than 4294967295");
        else
            for (var i = 0; i < weights.Length; i++)
                if (weights[i] == 0 && !context.Item(i).Field("weight").IsWritten) context.Item(i).Warn("gets no requests: it has no weight, and others have", "Give it a weight, or write weight: 0 if that is meant.");
    }
}
