using Mesh.Cluster.Distribution;

namespace Mesh.Cluster.Api;

/// <summary>
/// Answer of <c>GET /mesh/v1/wait</c>. <paramref name="Waiting"/> are proxies that have answered, and objects of which a part waits there for
/// another object. <paramref name="Detached"/> are those of the pending proxies that are registered and not connected to
/// their agent.
/// </summary>
internal sealed record WaitResult(
    ulong Revision, bool Complete, int Concerned, int Acknowledged, IReadOnlyList<WaitRejection> Rejections, IReadOnlyList<WaitRejection> Waiting,
    IReadOnlyList<string> Pending, IReadOnlyList<string> Detached);

internal sealed record WaitRejection(string Proxy, string Object, string Reason);

/// <summary>How an agent counts for a wait.</summary>
internal enum AgentPresence
{
    Present,

    /// <summary>Lost, and the registry has not given it up: its word is still out.</summary>
    Returning,

    /// <summary>Lost for longer than the registry's lease: nobody waits for it.</summary>
    Gone,
}

/// <summary>Whether all proxies that some objects concern have answered a revision. Pure.</summary>
internal static class WaitEvaluator
{
    public static WaitResult Evaluate(ReplicaModel model, ulong revision, IReadOnlyList<string> keys, Func<AgentModel, AgentPresence> presenceOf)
    {
        var (concerned, acknowledged) = (0, 0);
        var (rejections, waiting) = (new List<WaitRejection>(), new List<WaitRejection>());
        var (pending, detached) = (new List<string>(), new List<string>());
        foreach (var agent in model.Agents.Values)
        {
            var presence = presenceOf(agent);
            if (presence == AgentPresence.Gone) continue;
            var statuses = StatusesOf(model, agent, revision, keys);
            var most = statuses.Select(s => (int)s.Concerned).DefaultIfEmpty().Max();
            var open = statuses.Select(s => (int)s.Concerned - (int)s.Acknowledged - s.Rejections.Count).DefaultIfEmpty().Max();
            concerned += most;
            acknowledged += statuses.Select(s => (int)s.Concerned - (int)s.Acknowledged).DefaultIfEmpty().Max() is var missing ? most - missing : 0;
            foreach (var status in statuses)
                foreach (var rejection in status.Rejections)
                    (rejection.Waiting ? waiting : rejections).Add(new WaitRejection(rejection.Proxy, status.Key, rejection.Reason));
            var isComplete = presence == AgentPresence.Present && agent.Revision.Value >= revision && open <= 0;
            if (isComplete) continue;
            pending.AddRange(PendingOf(agent, presence, revision));
            if (presence == AgentPresence.Present) detached.AddRange(agent.Proxies.Values.Where(p => !p.Connected).Select(p => p.Id));
        }
        var isKnown = model.Revision.Value >= revision;
        return new WaitResult(revision, isKnown && pending.Count == 0, concerned, acknowledged, rejections, waiting, pending, detached);
    }

    // Counts about an earlier change of the object say nothing about this one.
    private static List<Protocol.V1.ObjectStatus> StatusesOf(ReplicaModel model, AgentModel agent, ulong revision, IReadOnlyList<string> keys)
    {
        var found = new List<Protocol.V1.ObjectStatus>();
        foreach (var key in keys)
        {
            if (!agent.Objects.TryGetValue(key, out var status)) continue;
            var wanted = model.Documents.TryGetValue(key, out var document) ? Math.Min(document.Revision, revision) : revision;
            if (status.Revision >= wanted) found.Add(status);
        }
        return found;
    }

    // Which of its proxies an object concerns only the agent knows; that of those which are behind or away some are, it has said.
    private static IEnumerable<string> PendingOf(AgentModel agent, AgentPresence presence, ulong revision)
    {
        if (presence != AgentPresence.Present) return [$"agent {agent.Node}"];
        var behind = agent.Proxies.Values.Where(p => !p.Connected || p.Revision < revision).Select(p => p.Id).ToArray();
        return behind.Length > 0 ? behind : [$"agent {agent.Node}"];
    }
}
