using System.Collections.Immutable;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>
/// Rules and matches that earlier ones leave nothing to. Istio finds equal matches and some overlapping prefixes; this finds whatever the
/// earlier match provably takes, and nothing else.
/// </summary>
internal sealed class UnreachableRuleAnalyzer : IAnalyzer
{
    /// <summary>Comparing each match with all before it is quadratic; beyond this only equal ones are found.</summary>
    private const int MostCompared = 200;

    public string Name => "virtualservice.UnreachableRuleAnalyzer";

    public string Description => "Every rule and match of a VirtualService can be reached";

    public ImmutableArray<MessageType> Finds => [IstioMessages.VirtualServiceUnreachableRule, IstioMessages.VirtualServiceIneffectiveMatch];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<VirtualService>())
        {
            var spec = source.SpecAs<VirtualService>();
            Check(context, source, "http", [.. spec.Http.Select(r => new Rule<HttpMatchRequest>(r.Name, r.Match, m => m.Name))], HttpMatchCover.Covers, HttpMatchCover.Fingerprint);
            Check(context, source, "tcp", [.. spec.Tcp.Select(r => new Rule<L4MatchAttributes>("", r.Match, _ => ""))], L4MatchCover.Covers, L4MatchCover.Fingerprint);
            Check(context, source, "tls", [.. spec.Tls.Select(r => new Rule<TlsMatchAttributes>("", r.Match, _ => ""))], L4MatchCover.Covers, L4MatchCover.Fingerprint);
        }
    }

    private static void Check<T>(AnalysisContext context, MeshObject source, string list, IReadOnlyList<Rule<T>> rules, Func<T, T, bool> covers, Func<T, string> fingerprint)
    {
        var earlier = new List<(T Match, int Rule)>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var catchAll = -1;
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            if (catchAll >= 0)
            {
                context.Report(
                    IstioMessages.VirtualServiceUnreachableRule, source, $"spec.{list}[{i}]",
                    $"rule {Called(rule.Name, i)} is not used: rule {Called(rules[catchAll].Name, catchAll)} before it has no matches and takes everything");
                continue;
            }

            if (rule.Matches.IsEmpty)
            {
                catchAll = i;
                continue;
            }

            var taken = 0;
            for (var j = 0; j < rule.Matches.Length; j++)
            {
                var match = rule.Matches[j];
                var by = seen.TryGetValue(fingerprint(match), out var same) ? same : Coverer(match);
                if (by >= 0)
                {
                    taken++;
                    context.Report(
                        IstioMessages.VirtualServiceIneffectiveMatch, source, $"spec.{list}[{i}].match[{j}]",
                        $"match {Called(rule.NameOf(match), j)} of rule {Called(rule.Name, i)} is not used: {(by == i ? "another match of the same rule" : $"rule {Called(rules[by].Name, by)}")} takes everything it matches");
                    continue;
                }

                seen.TryAdd(fingerprint(match), i);
                if (earlier.Count < MostCompared) earlier.Add((match, i));
            }

            if (taken == rule.Matches.Length)
                context.Report(IstioMessages.VirtualServiceUnreachableRule, source, $"spec.{list}[{i}]", $"rule {Called(rule.Name, i)} is not used: earlier rules take everything its matches do");
        }

        int Coverer(T match)
        {
            foreach (var (before, rule) in earlier)
                if (covers(before, match)) return rule;
            return -1;
        }
    }

    private static string Called(string name, int number) => name.Length > 0 ? $"\"{name}\"" : $"#{number}";

    private sealed record Rule<T>(string Name, ImmutableArray<T> Matches, Func<T, string> NameOf);
}
