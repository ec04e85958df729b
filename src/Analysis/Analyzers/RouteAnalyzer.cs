using System.Collections.Immutable;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>Routing that cannot do what it says: delegates that are missing, hosts nobody has, HTTP rules where no HTTP is.</summary>
internal sealed class RouteAnalyzer : IAnalyzer
{
    private static readonly string[] Writing = ["POST", "PATCH"];
    private static readonly string[] Late = ["5xx", "gateway-error", "reset", "retriable-status-codes", "retriable-headers", "envoy-ratelimited"];

    public string Name => "mesh.RouteAnalyzer";

    public string Description => "Rules of VirtualServices can take effect";

    public ImmutableArray<MessageType> Finds =>
        [MeshMessages.DelegateNotFound, MeshMessages.RetriesRepeatWrites, MeshMessages.HttpRulesForOtherProtocol, MeshMessages.VirtualServiceForUnknownHost];

    public void Analyze(AnalysisContext context)
    {
        var byName = context.Index.Of<VirtualService>().ToDictionary(o => (o.Key.Namespace, o.Key.Name));
        foreach (var source in context.Index.Of<VirtualService>())
        {
            var rules = source.SpecAs<VirtualService>().Http;
            for (var i = 0; i < rules.Length; i++)
            {
                CheckDelegate(context, source, rules[i].Delegate, $"spec.http[{i}].delegate", byName);
                CheckRetries(context, source, rules[i], $"spec.http[{i}].retries");
            }
        }

        foreach (var model in context.Index.Mesh.VirtualServices.ForSidecars) CheckHosts(context, model);
    }

    private static void CheckDelegate(AnalysisContext context, MeshObject source, Core.Resources.Networking.Delegate? to, string path, Dictionary<(string, string), MeshObject> byName)
    {
        if (to is null || to.Name.Length == 0) return;
        var key = (to.Namespace.Length > 0 ? to.Namespace : source.Key.Namespace, to.Name);
        if (!byName.TryGetValue(key, out var found))
            context.Report(MeshMessages.DelegateNotFound, source, path, $"there is no VirtualService {key.Item1}/{key.Name}");
        else if (!found.SpecAs<VirtualService>().Hosts.IsEmpty)
            context.Report(MeshMessages.DelegateNotFound, source, path, $"VirtualService {key.Item1}/{key.Name} has hosts of its own, so it is not a delegate");
    }

    // Only where the rule says that it is for writes; for other rules the sidecar itself repeats nothing that may have been done.
    private static void CheckRetries(AnalysisContext context, MeshObject source, HttpRoute rule, string path)
    {
        if (rule.Retries is not { Attempts: > 0 } retries) return;
        var method = rule.Match.Select(m => m.Method?.Exact).FirstOrDefault(m => m is not null && Writing.Contains(m));
        var late = retries.RetryOn.Split(',', StringSplitOptions.TrimEntries).Where(Late.Contains).ToList();
        if (method is not null && late.Count > 0)
            context.Report(MeshMessages.RetriesRepeatWrites, source, path, $"{method} requests are repeated on {string.Join(", ", late)}, when the first may have been carried out");
    }

    private static void CheckHosts(AnalysisContext context, VirtualServiceModel model)
    {
        for (var i = 0; i < model.Hosts.Length; i++)
        {
            var host = model.Hosts[i];
            if (HostName.IsWildcard(host) ? context.Index.Hosts.AnyUnder(host) || context.Index.Hosts.Find(host) is not null : context.Index.Hosts.Find(host) is not null)
            {
                if (!HostName.IsWildcard(host)) CheckProtocol(context, model, context.Index.Hosts.Find(host)!, i);
                continue;
            }

            if (host.Length > 0)
                context.Report(MeshMessages.VirtualServiceForUnknownHost, model.Source, $"spec.hosts[{i}]", $"no Service or ServiceEntry has the host {host}");
        }
    }

    private static void CheckProtocol(AnalysisContext context, VirtualServiceModel model, KnownHost known, int index)
    {
        if (model.Spec.Http.IsEmpty || known.Ports.IsEmpty || known.Ports.Any(p => p.Protocol.IsHttp())) return;
        context.Report(
            MeshMessages.HttpRulesForOtherProtocol, model.Source, $"spec.hosts[{index}]",
            $"{known.Host} has no HTTP port, only {string.Join(", ", known.Ports.Select(p => $"{p.Number} ({p.Protocol.ToString().ToUpperInvariant()})"))}");
    }
}
