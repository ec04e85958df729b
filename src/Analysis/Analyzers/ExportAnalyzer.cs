using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>exportTo that leaves an object without anybody who sees it.</summary>
internal sealed class ExportAnalyzer : IAnalyzer
{
    public string Name => "mesh.ExportAnalyzer";

    public string Description => "Somebody sees every object";

    public ImmutableArray<MessageType> Finds => [MeshMessages.ExportedToNobody];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<VirtualService>()) Check(context, source, source.SpecAs<VirtualService>().ExportTo);
        foreach (var source in context.Index.Of<DestinationRule>()) Check(context, source, source.SpecAs<DestinationRule>().ExportTo);
        foreach (var source in context.Index.Of<ServiceEntry>()) Check(context, source, source.SpecAs<ServiceEntry>().ExportTo);
    }

    private static void Check(AnalysisContext context, MeshObject source, ImmutableArray<string> exportTo)
    {
        if (exportTo.IsDefaultOrEmpty || exportTo.Any(e => e is "*" or "." || context.Index.Namespaces.Contains(e))) return;
        if (exportTo.All(e => e == "~"))
            context.Report(MeshMessages.ExportedToNobody, source, "spec.exportTo", "it is exported to no namespace");
        else if (context.Index.Namespaces.AreKnown)
            context.Report(MeshMessages.ExportedToNobody, source, "spec.exportTo", $"none of the namespaces {string.Join(", ", exportTo)} exists");
    }
}
