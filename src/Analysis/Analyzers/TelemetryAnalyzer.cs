using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Telemetry;

namespace Mesh.Analysis.Analyzers;

/// <summary>Each workload can have one Telemetry, and settings without a provider go nowhere.</summary>
internal sealed class TelemetryAnalyzer : IAnalyzer
{
    public string Name => "telemetry.SelectorAnalyzer";

    public string Description => "Telemetries select workloads, no two the same, and name providers";

    public ImmutableArray<MessageType> Finds =>
    [
        IstioMessages.ReferencedResourceNotFound, IstioMessages.ConflictingTelemetryWorkloadSelectors, IstioMessages.MultipleTelemetriesWithoutWorkloadSelectors,
        IstioMessages.InvalidTelemetryProvider, IstioMessages.Deprecated,
    ];

    public void Analyze(AnalysisContext context)
    {
        var all = context.Index.Of<Telemetry>().ToList();
        SelectorConflicts.Check(
            context,
            [.. all.Where(o => o.SpecAs<Telemetry>() is { TargetRef: null, TargetRefs.IsEmpty: true }).Select(o => new SelectorConflicts.Selecting(o, o.SpecAs<Telemetry>().Selector?.MatchLabels, "spec.selector"))],
            "Telemetries", IstioMessages.ConflictingTelemetryWorkloadSelectors, IstioMessages.MultipleTelemetriesWithoutWorkloadSelectors);
        var settings = context.Index.Of<MeshConfig>().FirstOrDefault()?.SpecAs<MeshConfig>();
        var lightstep = (settings?.ExtensionProviders ?? []).Where(p => p.Lightstep is not null).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var source in all)
        {
            if (settings?.DefaultProviders is null or { AccessLogging.IsEmpty: true }) CheckAccessLogging(context, source);
            if (lightstep.Count > 0) CheckTracing(context, source, lightstep);
        }
    }

    private static void CheckAccessLogging(AnalysisContext context, MeshObject source)
    {
        var logging = source.SpecAs<Telemetry>().AccessLogging;
        for (var i = 0; i < logging.Length; i++)
            if (logging[i].Providers.IsEmpty && logging[i].Disabled != true)
                context.Report(IstioMessages.InvalidTelemetryProvider, source, $"spec.accessLogging[{i}]", "it names no provider and is ignored, because the mesh has no default one");
    }

    private static void CheckTracing(AnalysisContext context, MeshObject source, HashSet<string> lightstep)
    {
        var tracing = source.SpecAs<Telemetry>().Tracing;
        for (var i = 0; i < tracing.Length; i++)
            for (var j = 0; j < tracing[i].Providers.Length; j++)
                if (lightstep.Contains(tracing[i].Providers[j].Name))
                    context.Report(IstioMessages.Deprecated, source, $"spec.tracing[{i}].providers[{j}]", $"provider \"{tracing[i].Providers[j].Name}\" is Lightstep's own, which is removed; use its OpenTelemetry endpoint");
    }
}
