using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Translation.Indexing;

/// <summary>
/// Joins a VirtualService with those it delegates to, as Istio does: each rule of the delegate under each match of the delegating rule that
/// it narrows, with what the delegate's rule leaves open taken from the delegating one. A delegate is a VirtualService without hosts; it
/// must be exported to the namespace that uses it. What cannot be joined is left out and reported.
/// </summary>
internal sealed class Delegation(IReadOnlyDictionary<(string Namespace, string Name), VirtualServiceModel> delegates)
{
    /// <summary>The rules of <paramref name="root"/> in force, the objects they come from, and what was left out.</summary>
    public (ImmutableArray<VirtualServiceRule> Rules, ImmutableArray<ObjectKey> Sources, ImmutableArray<TranslationProblem> Problems) Join(VirtualServiceModel root)
    {
        var rules = ImmutableArray.CreateBuilder<VirtualServiceRule>();
        var sources = ImmutableArray.CreateBuilder<ObjectKey>();
        var problems = ImmutableArray.CreateBuilder<TranslationProblem>();
        for (var i = 0; i < root.Spec.Http.Length; i++)
        {
            var rule = root.Spec.Http[i];
            var path = $"spec.http[{i}]";
            if (rule.Delegate is not { } reference)
            {
                rules.Add(new VirtualServiceRule(rule, root, path));
                continue;
            }
            if (Find(reference, root, out var reason, out var isWaiting) is not { } target)
            {
                problems.Add(new TranslationProblem(root.Source.Key, path + ".delegate", reason, isWaiting));
                continue;
            }
            sources.Add(target.Source.Key);
            AddMerged(rules, problems, root, rule, target);
        }
        return (rules.ToImmutable(), sources.ToImmutable(), problems.ToImmutable());
    }

    private VirtualServiceModel? Find(Core.Resources.Networking.Delegate reference, VirtualServiceModel root, out string reason, out bool isWaiting)
    {
        var name = (reference.Namespace.Length > 0 ? reference.Namespace : root.Namespace, reference.Name);
        reason = "";
        isWaiting = !delegates.TryGetValue(name, out var found);
        if (found is null) reason = $"waits for VirtualService {name.Item1}/{name.Name} without hosts to delegate to; until then the rule is left out";
        else if (!found.IsVisibleTo(root.Namespace)) reason = $"VirtualService {name.Item1}/{name.Name} is not exported to namespace {root.Namespace}. The rule is left out.";
        else return found;
        return null;
    }

    private static void AddMerged(
        ImmutableArray<VirtualServiceRule>.Builder rules, ImmutableArray<TranslationProblem>.Builder problems, VirtualServiceModel root,
        HttpRoute rule, VirtualServiceModel target)
    {
        for (var k = 0; k < target.Spec.Http.Length; k++)
        {
            var path = $"spec.http[{k}]";
            var own = target.Spec.Http[k];
            if (own.Delegate is not null) problems.Add(new TranslationProblem(target.Source.Key, path + ".delegate", "A delegate delegates no further. The rule is left out."));
            else if (MatchMerge.Merge(Resolved(rule.Match, root), Resolved(own.Match, target)) is { } match)
                rules.Add(new VirtualServiceRule(Merge(rule, own, match, root), target, path));
            else
                problems.Add(new TranslationProblem(
                    target.Source.Key, path + ".match", $"It matches requests that the rule of {root.Source.Key} does not leave to it. The rule is left out there."));
        }
    }

    private static HttpRoute Merge(HttpRoute root, HttpRoute own, ImmutableArray<HttpMatchRequest> match, VirtualServiceModel rootObject) => own with
    {
        Match = match,
        Name = own.Name.Length == 0 ? root.Name : root.Name.Length == 0 ? own.Name : $"{root.Name}-{own.Name}",
        Rewrite = own.Rewrite ?? root.Rewrite,
        DirectResponse = own.DirectResponse ?? root.DirectResponse,
        Timeout = own.Timeout ?? root.Timeout,
        Retries = own.Retries ?? root.Retries,
        Fault = own.Fault ?? root.Fault,
        Mirror = own.Mirror ?? Resolved(root.Mirror, rootObject),
        MirrorPercent = own.MirrorPercent ?? root.MirrorPercent,
        MirrorPercentage = own.MirrorPercentage ?? root.MirrorPercentage,
        Mirrors = own.Mirrors.Length > 0 ? own.Mirrors : [.. root.Mirrors.Select(m => m with { Destination = Resolved(m.Destination, rootObject) })],
        CorsPolicy = own.CorsPolicy ?? root.CorsPolicy,
        Headers = own.Headers ?? root.Headers,
    };

    // Names of the delegating object are of its namespace, also in a rule that is otherwise another's.
    private static Destination? Resolved(Destination? destination, VirtualServiceModel of) =>
        destination is null ? null : destination with { Host = HostName.Resolve(destination.Host, of.Namespace) };

    private static ImmutableArray<HttpMatchRequest> Resolved(ImmutableArray<HttpMatchRequest> matches, VirtualServiceModel of) =>
        [.. matches.Select(m => m with { Gateways = [.. m.Gateways.Select(g => VirtualServiceModel.ResolveGateway(g, of.Namespace))] })];
}
