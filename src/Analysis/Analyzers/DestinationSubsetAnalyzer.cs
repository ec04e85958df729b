using System.Collections.Immutable;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Analysis.Analyzers;

/// <summary>A subset that a route names must be one of the host's, and of the very rule that is in force for the callers.</summary>
internal sealed class DestinationSubsetAnalyzer : IAnalyzer
{
    public string Name => "virtualservice.DestinationRuleAnalyzer";

    public string Description => "Subsets that VirtualServices route to are defined by the DestinationRule in force";

    public ImmutableArray<MessageType> Finds => [IstioMessages.ReferencedResourceNotFound, MeshMessages.SubsetNotInForce];

    public void Analyze(AnalysisContext context)
    {
        var defined = context.Index.Of<DestinationRule>()
            .SelectMany(o => o.SpecAs<DestinationRule>().Subsets.Select(s => (Host: HostName.Resolve(o.SpecAs<DestinationRule>().Host, o.Key.Namespace), s.Name, Rule: o)))
            .ToLookup(d => (d.Host, d.Name), d => d.Rule);
        foreach (var source in context.Index.Of<VirtualService>())
            foreach (var found in RouteDestinations.Of(source.SpecAs<VirtualService>()))
                if (found.Destination.Subset.Length > 0) Check(context, source, found, defined);
    }

    private static void Check(AnalysisContext context, MeshObject source, RouteDestinations.Found found, ILookup<(string Host, string Name), MeshObject> defined)
    {
        var host = HostName.Resolve(found.Destination.Host, source.Key.Namespace);
        var subset = found.Destination.Subset;
        var rules = HostName.AllPatterns(host).SelectMany(pattern => defined[(pattern, subset)]).ToList();
        if (rules.Count == 0)
        {
            context.Report(
                IstioMessages.ReferencedResourceNotFound, source, found.Path + ".subset",
                $"host+subset in DestinationRule \"{found.Destination.Host}+{subset}\" not found: no DestinationRule for {host} defines the subset");
            return;
        }

        foreach (var client in HostRegistry.Clients(source.SpecAs<VirtualService>().ExportTo, source.Key.Namespace))
        {
            if (context.Index.Hosts.Find(host, [client])?.Service is not { } service) continue;
            if (context.Index.Mesh.DestinationRules.HasSubset(service.Name, subset, client, context.Index.RootNamespace)) continue;
            var inForce = context.Index.Mesh.DestinationRules.Find(service.Name, client, context.Index.RootNamespace);
            var instead = inForce is null ? "none is visible to them" : $"{inForce.Sources[0].Key.Namespace}/{inForce.Sources[0].Key.Name} is in force";
            context.Report(
                MeshMessages.SubsetNotInForce, source, found.Path + ".subset",
                $"for callers in namespace {client} subset \"{subset}\" of {host} does not exist: DestinationRule {rules[0].Key.Namespace}/{rules[0].Key.Name} defines it, but {instead}");
            return;
        }
    }
}
