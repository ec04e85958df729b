using System.Collections.Immutable;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules.Security;

/// <summary>What a condition of an AuthorizationPolicy must satisfy: a known attribute and values it can have.</summary>
internal static class ConditionRules
{
    private static readonly string[] Words =
    [
        "source.namespace", "source.principal", "source.serviceAccount", "request.auth.principal", "request.auth.audiences", "request.auth.presenter", "connection.sni",
    ];

    private static readonly string[] Addressed = ["source.ip", "remote.ip", "destination.ip"];

    private static readonly string[] Maps = ["request.headers", "request.auth.claims"];

    private static readonly Dictionary<string, string> Replaced = new(StringComparer.Ordinal)
    {
        ["destination.namespace"] = "A policy is for its own namespace: put it there.",
        ["destination.name"] = "Select workloads by labels: selector.",
        ["destination.user"] = "Select workloads by labels: selector.",
    };

    public static void Check(AuthorizationCondition condition, RuleContext context)
    {
        if (condition.Key.Length == 0) return;
        if (condition.Values.IsEmpty && condition.NotValues.IsEmpty) context.Error("must have values or notValues");
        CheckKey(condition.Key, context.Field("key"));
        CheckValues(condition.Key, condition.Values, context.Field("values"));
        CheckValues(condition.Key, condition.NotValues, context.Field("notValues"));
    }

    private static void CheckKey(string key, RuleContext context)
    {
        if (Words.Contains(key) || Addressed.Contains(key) || key == "destination.port") return;
        var bracket = key.IndexOf('[');
        var name = bracket < 0 ? key : key[..bracket];
        if (Maps.Contains(name) || name.StartsWith("experimental.envoy.filters.", StringComparison.Ordinal))
        {
            if (!HasEntries(key, bracket)) context.Error($"{Names.Quote(key)} names no entry", $"Write {name}[NAME].");
        }
        else if (name == "destination.labels")
        {
            context.Error($"{Names.Quote(key)} is not an attribute of requests", "Select workloads by labels: selector.");
        }
        else if (Replaced.TryGetValue(key, out var hint))
        {
            context.Error($"{Names.Quote(key)} is not an attribute of requests", hint);
        }
        else
        {
            var nearest = FieldNames.Nearest(key, [.. Words, .. Addressed, .. Maps, "destination.port"]);
            context.Error($"unknown attribute {Names.Quote(key)}", nearest is null ? "" : $"Did you mean \"{nearest}{(Maps.Contains(nearest) ? "[NAME]" : "")}\"?");
        }
    }

    // a[b], for claims also a[b][c].
    private static bool HasEntries(string key, int bracket)
    {
        if (bracket < 0 || !key.EndsWith(']')) return false;
        return key[(bracket + 1)..^1].Split("][").All(entry => entry.Length > 0 && entry.AsSpan().IndexOfAny('[', ']') < 0);
    }

    private static void CheckValues(string key, ImmutableArray<string> values, RuleContext context)
    {
        context.CheckNotEmpty(values);
        if (Addressed.Contains(key)) SourceRules.CheckBlocks(values, context);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Length == 0) continue;
            if (key == "destination.port") OperationRules.CheckPort(values[i], context.Item(i));
            else if (!Addressed.Contains(key)) MatchWords.CheckWildcard(values[i], context.Item(i));
        }
    }
}
