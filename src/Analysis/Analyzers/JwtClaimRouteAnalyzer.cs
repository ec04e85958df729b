using System.Collections.Immutable;
using Mesh.Analysis.Documents;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.Security;
using Mesh.Translation.Indexing;

namespace Mesh.Analysis.Analyzers;

/// <summary>Routing by claims needs somebody who verifies the token at the gateway.</summary>
internal sealed class JwtClaimRouteAnalyzer : IAnalyzer
{
    private const string Claims = "@request.auth.claims";

    public string Name => "virtualservice.JWTClaimRouteAnalyzer";

    public string Description => "Gateways verify the tokens that VirtualServices route by";

    public ImmutableArray<MessageType> Finds => [IstioMessages.JwtClaimBasedRoutingWithoutRequestAuthN];

    public void Analyze(AnalysisContext context)
    {
        var policies = context.Index.Of<RequestAuthentication>().ToLookup(o => o.Key.Namespace, o => o.SpecAs<RequestAuthentication>(), StringComparer.Ordinal);
        var gateways = context.Index.Of<Gateway>().ToDictionary(o => $"{o.Key.Namespace}/{o.Key.Name}", StringComparer.Ordinal);
        foreach (var source in context.Index.Of<VirtualService>())
        {
            if (FirstClaim(source.SpecAs<VirtualService>()) is not { } claim) continue;
            foreach (var written in source.SpecAs<VirtualService>().Gateways.Distinct(StringComparer.Ordinal))
            {
                if (!gateways.TryGetValue(VirtualServiceModel.ResolveGateway(written, source.Key.Namespace), out var gateway)) continue; // said elsewhere
                var unverified = context.Index.Workloads.Selected(gateway.SpecAs<Gateway>().Selector, null).FirstOrDefault(w => !IsVerified(context, policies, w));
                if (unverified is not null)
                    context.Report(
                        IstioMessages.JwtClaimBasedRoutingWithoutRequestAuthN, source, claim.Path,
                        $"no RequestAuthentication selects workload {unverified.Id} of Gateway {gateway.Key.Namespace}/{gateway.Key.Name}, so {claim.Key} is never there");
            }
        }
    }

    private static bool IsVerified(AnalysisContext context, ILookup<string, RequestAuthentication> policies, IndexedWorkload workload) =>
        policies[context.Index.RootNamespace].Concat(policies[workload.Id.Namespace]).Any(p => p.Selector is null || Labels.Match(p.Selector.MatchLabels, workload.Labels));

    private static (string Key, string Path)? FirstClaim(VirtualService spec)
    {
        for (var i = 0; i < spec.Http.Length; i++)
            for (var j = 0; j < spec.Http[i].Match.Length; j++)
            {
                var match = spec.Http[i].Match[j];
                if (match.Headers.Keys.FirstOrDefault(IsClaim) is { } key) return (key, $"spec.http[{i}].match[{j}].headers{FieldPaths.Key(key)}");
                if (match.WithoutHeaders.Keys.FirstOrDefault(IsClaim) is { } absent) return (absent, $"spec.http[{i}].match[{j}].withoutHeaders{FieldPaths.Key(absent)}");
            }

        return null;
    }

    private static bool IsClaim(string header) => header.StartsWith(Claims, StringComparison.Ordinal);
}
