using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>DestinationRules that other ones keep out of force, in whole or in part, by translation's own rule of which counts.</summary>
internal sealed class DestinationRuleForceAnalyzer : IAnalyzer
{
    public string Name => "mesh.DestinationRuleForceAnalyzer";

    public string Description => "No DestinationRule is kept out of force by another";

    public ImmutableArray<MessageType> Finds => [MeshMessages.DestinationRuleShadowed, MeshMessages.DestinationRulePartlyIgnored];

    public void Analyze(AnalysisContext context)
    {
        Merged(context);
        Shadowed(context);
    }

    private static void Merged(AnalysisContext context)
    {
        var groups = context.Index.Of<DestinationRule>().Order(Age.OldestFirst)
            .GroupBy(o => (o.Key.Namespace, HostName.Resolve(o.SpecAs<DestinationRule>().Host, o.Key.Namespace)));
        foreach (var group in groups)
        {
            ImmutableArray<MeshObject> sources = [.. group.Where(o => o.SpecAs<DestinationRule>().WorkloadSelector is null)];
            if (sources.Length < 2) continue;
            foreach (var problem in new DestinationRuleModel(sources, []).Problems)
                if (context.Index.Mesh.Snapshot.Objects.TryGetValue(problem.Object, out var source))
                    context.Report(MeshMessages.DestinationRulePartlyIgnored, source, problem.Path, problem.Reason.TrimEnd('.'));
        }
    }

    private static void Shadowed(AnalysisContext context)
    {
        var wildcards = context.Index.Of<DestinationRule>().Where(o => o.SpecAs<DestinationRule>().Host.StartsWith('*') && o.SpecAs<DestinationRule>().WorkloadSelector is null).ToList();
        if (wildcards.Count == 0) return;
        var byHost = wildcards.ToLookup(w => w.SpecAs<DestinationRule>().Host.ToLowerInvariant(), StringComparer.Ordinal);
        var used = new HashSet<ObjectKey>();
        var candidates = new HashSet<ObjectKey>();
        foreach (var host in context.Index.Hosts.All)
        {
            if (host.Service is not { } service) continue;
            var covering = HostName.AllPatterns(host.Host).SelectMany(pattern => byHost[pattern]).ToList();
            candidates.UnionWith(covering.Select(w => w.Key));
            foreach (var client in covering.Select(w => w.Key.Namespace).Append(host.Namespace).Distinct(StringComparer.Ordinal))
                used.UnionWith(context.Index.Mesh.DestinationRules.Find(service.Name, client, context.Index.RootNamespace)?.Sources.Select(s => s.Key) ?? []);
        }

        foreach (var wildcard in wildcards.Where(w => candidates.Contains(w.Key) && !used.Contains(w.Key)))
            context.Report(MeshMessages.DestinationRuleShadowed, wildcard, "spec.host", $"for every service under {wildcard.SpecAs<DestinationRule>().Host} a more specific DestinationRule is in force");
    }
}
