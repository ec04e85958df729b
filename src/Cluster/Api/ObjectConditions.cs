using System.Globalization;
using System.Text.Json;
using Mesh.Cluster.Distribution;
using Mesh.Core.Resources;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Api;

/// <summary>One condition in the shape that Kubernetes and Istio give them.</summary>
internal sealed record ObjectCondition(string Type, string Status, string Reason, string Message, string? LastTransitionTime, ulong ObservedGeneration);

/// <summary>How an object stands, over all agents.</summary>
internal sealed record ObjectConditions(ulong ObservedGeneration, IReadOnlyList<ObjectCondition> Conditions);

/// <summary>
/// Adds up what the agents report of an object: <c>Reconciled</c>, Istio's word for in force wherever it concerns, and <c>Waiting</c>. Every
/// replica comes to the same, because the agents say since when. Pure.
/// </summary>
internal static class ConditionEvaluator
{
    /// <summary>Whether objects of the kind have such a status: those that proxies act on. Kubernetes' own kinds have one of another shape.</summary>
    public static bool HasConditions(ObjectKey key) =>
        key.Kind.EndsWith(".istio.io", StringComparison.Ordinal) || key.Kind.EndsWith(".mesh.dev", StringComparison.Ordinal);

    public static ObjectConditions Evaluate(ReplicaModel model, ConfigObject document, string key, Func<AgentModel, AgentPresence> presenceOf)
    {
        var told = new List<ObjectStatus>();
        var silent = 0;
        foreach (var agent in model.Agents.Values)
        {
            if (presenceOf(agent) == AgentPresence.Gone) continue;
            // An agent that has compiled the change and says nothing of the object has no proxy that it concerns.
            if (agent.Objects.TryGetValue(key, out var status) && status.Revision >= document.Revision) told.Add(status);
            else if (agent.Revision.Value < document.Revision) silent++;
        }
        return new ObjectConditions(document.Generation, [Reconciled(told, silent, document), Waiting(told, document)]);
    }

    private static ObjectCondition Reconciled(List<ObjectStatus> told, int silent, ConfigObject document)
    {
        var concerned = told.Sum(s => s.Concerned);
        var count = $"{told.Sum(s => s.Acknowledged)} of {concerned} proxies have it in force";
        if (First(told, waiting: false) is { } refusal) return False("Refused", $"{count}; {refusal.Proxy} refused it: {refusal.Reason}", told.Where(s => s.Rejections.Any(r => !r.Waiting)));
        if (silent > 0 || told.Any(s => s.Acknowledged + s.Rejections.Count < s.Concerned))
            return False("Pending", silent > 0 ? $"{count}; agents yet to report: {silent}" : count, told.Where(s => s.Acknowledged + s.Rejections.Count < s.Concerned));
        if (First(told, waiting: true) is { } wait) return False("Waiting", $"{count}; {wait.Reason}", told.Where(s => s.Rejections.Count > 0));
        return new ObjectCondition("Reconciled", "True", concerned == 0 ? "NoProxyConcerned" : "InForce", count, Latest(told, document), document.Generation);

        ObjectCondition False(string reason, string message, IEnumerable<ObjectStatus> culprits) =>
            new("Reconciled", "False", reason, message, Earliest(culprits) ?? Latest(told, document), document.Generation);
    }

    private static ObjectCondition Waiting(List<ObjectStatus> told, ConfigObject document)
    {
        var waits = told.SelectMany(s => s.Rejections).Where(r => r.Waiting).ToArray();
        if (waits.Length == 0) return new ObjectCondition("Waiting", "False", "NothingMissing", "", Latest(told, document), document.Generation);
        var reasons = waits.Select(w => w.Reason).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new ObjectCondition(
            "Waiting", "True", "ReferenceMissing", $"{string.Join("; ", reasons)} (on {waits.Length} proxies)",
            Earliest(told.Where(s => s.Rejections.Any(r => r.Waiting))), document.Generation);
    }

    private static Rejection? First(List<ObjectStatus> told, bool waiting) => told.SelectMany(s => s.Rejections).FirstOrDefault(r => r.Waiting == waiting);

    private static string? Earliest(IEnumerable<ObjectStatus> told) => Text(told.Select(s => s.Since).Where(s => s > 0).DefaultIfEmpty().Min());

    // Before anybody has said anything, the state is as old as the object.
    private static string? Latest(List<ObjectStatus> told, ConfigObject document) =>
        Text(told.Select(s => s.Since).DefaultIfEmpty().Max()) ?? CreatedAt(document);

    private static string? CreatedAt(ConfigObject document)
    {
        using var json = JsonDocument.Parse(document.Json.Memory);
        return json.RootElement.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("creationTimestamp", out var created) ? created.GetString() : null;
    }

    // Kubernetes' times have whole seconds.
    private static string? Text(ulong microseconds) => microseconds == 0
        ? null
        : DateTimeOffset.FromUnixTimeMilliseconds((long)(microseconds / 1000)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
