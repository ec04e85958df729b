using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What the spread of traffic over localities must satisfy.</summary>
internal static class LocalityRules
{
    private static readonly ImmutableArray<string> Topology = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

    public static void Check(LocalityLoadBalancerSetting locality, bool hasOutlierDetection, RuleContext context)
    {
        if (!locality.Distribute.IsEmpty && !locality.Failover.IsEmpty) context.Conflict("only one of distribute, failover may be set");
        for (var i = 0; i < locality.Distribute.Length; i++) CheckShares(locality.Distribute[i], context.Field("distribute").Item(i));
        CheckLocalities(locality.Distribute, d => d.From, (i, at) => at.Field("distribute").Item(i).Field("from"), context);
        CheckFailover(locality.Failover, locality.FailoverPriority, hasOutlierDetection, context);
    }

    public static void Check(ZoneAwareLoadBalancerSetting zones, RuleContext context)
    {
        for (var i = 0; i < zones.FailoverPriority.Length; i++)
            if (Topology.Contains(zones.FailoverPriority[i])) context.Field("failoverPriority").Item(i).Error($"{zones.FailoverPriority[i]} has its order already: the caller's zone comes first");
        // Regions are told apart without outlier detection too.
        CheckFailover(zones.Failover, zones.FailoverPriority, hasOutlierDetection: true, context);
    }

    private static void CheckShares(LocalityDistribute distribute, RuleContext context)
    {
        var to = context.Field("to");
        foreach (var (locality, share) in distribute.To)
            if (share is < 1 or > 100) to.Field(locality).Error($"must be from 1 to 100, is {share}");
        var total = distribute.To.Values.Sum(w => (long)w);
        if (total != 100) to.ErrorOfWhole($"the shares must add up to 100, not {total}");
        CheckLocalities([.. distribute.To.Keys], k => k, (i, _) => to.Field(distribute.To.Keys.ElementAt(i)), context);
    }

    private static void CheckLocalities<T>(ImmutableArray<T> items, Func<T, string> locality, Func<int, RuleContext, RuleContext> place, RuleContext context)
    {
        for (var i = 0; i < items.Length; i++)
        {
            var text = locality(items[i]);
            if (!IsLocality(text)) place(i, context).Error($"{Names.Quote(text)} is not a locality", "Write region, region/zone or region/zone/subzone; \"*\" may stand at the end.");
            else if (items.Take(i).Select(locality).FirstOrDefault(other => IsLocality(other) && Overlap(other, text)) is { } same) place(i, context).Error($"{Names.Quote(text)} overlaps {Names.Quote(same)}");
        }
    }

    private static bool IsLocality(string text)
    {
        var parts = text.Split('/', 3);
        return Array.TrueForAll(parts, p => p.Length > 0) && text.IndexOf('*') is var star && (star < 0 || star == text.Length - 1);
    }

    // region says the same as region/*.
    private static bool Overlap(string one, string other)
    {
        var (a, b) = (one.Split('/', 3), other.Split('/', 3));
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (a[i] == "*" || b[i] == "*") return true;
            if (a[i] != b[i]) return false;
        }

        return true;
    }

    private static void CheckFailover(ImmutableArray<LocalityFailover> failover, ImmutableArray<string> priority, bool hasOutlierDetection, RuleContext context)
    {
        for (var i = 0; i < failover.Length; i++)
        {
            var at = context.Field("failover").Item(i);
            CheckRegion(failover[i].From, at.Field("from"));
            CheckRegion(failover[i].To, at.Field("to"));
            if (failover[i].From == failover[i].To) at.Error("from and to must differ");
        }

        for (var i = 0; i < priority.Length; i++)
        {
            var at = context.Field("failoverPriority").Item(i);
            if (priority[i].Split('=')[0].Length == 0) at.Error("must name a label");
            else if (!failover.IsEmpty && Topology.Contains(priority[i])) at.Error($"{priority[i]} cannot be combined with failover, which says what follows a region");
        }

        if (!hasOutlierDetection && !(failover.IsEmpty && priority.IsEmpty))
            context.Field(failover.IsEmpty ? "failoverPriority" : "failover").Warn("has no effect without outlierDetection, which finds out what is unhealthy");
    }

    private static void CheckRegion(string region, RuleContext at)
    {
        if (region.Length == 0) at.Error("required");
        else if (region.IndexOfAny(['/', '*']) >= 0) at.Error($"{Names.Quote(region)} is not a region: no zone and no wildcard may be given");
    }
}
