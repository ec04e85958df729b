using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Identity;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Analyzers;

/// <summary>For kinds of which a workload has one: Sidecar, Telemetry.</summary>
internal static class SelectorConflicts
{
    /// <summary>An object and the labels it selects; null: it has no selector.</summary>
    public sealed record Selecting(MeshObject Source, ImmutableSortedDictionary<string, string>? Labels, string Path);

    public static void Check(AnalysisContext context, ImmutableArray<Selecting> all, string kinds, MessageType conflicting, MessageType several)
    {
        foreach (var space in all.Where(s => s.Labels is null).GroupBy(s => s.Source.Key.Namespace, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
            foreach (var one in space)
                context.Report(several, one.Source, "", $"the {kinds} {Names(space)} of namespace {space.Key} have no selector");
        if (!context.Index.Workloads.AreKnown) return;
        var byWorkload = new Dictionary<WorkloadId, List<Selecting>>();
        foreach (var one in all.Where(s => s.Labels is { Count: > 0 }))
        {
            var found = false;
            foreach (var workload in context.Index.Workloads.Selected(one.Labels!, one.Source.Key.Namespace))
            {
                found = true;
                if (!byWorkload.TryGetValue(workload.Id, out var list)) byWorkload[workload.Id] = list = [];
                list.Add(one);
            }

            if (!found)
                context.Report(
                    IstioMessages.ReferencedResourceNotFound, one.Source, one.Path,
                    $"selector \"{Selectors.Text(one.Labels!)}\" not found: no workload of namespace {one.Source.Key.Namespace} has these labels");
        }

        // One message for each set of objects that meet, not for each of a thousand workloads.
        foreach (var (workload, list) in byWorkload.Where(p => p.Value.Count > 1).OrderBy(p => p.Key).DistinctBy(p => Names(p.Value)))
            foreach (var one in list)
                context.Report(conflicting, one.Source, one.Path, $"the {kinds} {Names(list)} select the same workload {workload}");
    }

    private static string Names(IEnumerable<Selecting> list) => Listed.Of([.. list.Select(s => s.Source.Key.Name).Order(StringComparer.Ordinal)]);
}
