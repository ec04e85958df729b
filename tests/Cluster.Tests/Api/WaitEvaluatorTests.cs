using Mesh.Cluster.Api;
using Mesh.Cluster.Distribution;
using Mesh.Core.Snapshots;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Tests.Api;

public sealed class WaitEvaluatorTests
{
    private const string Key = "Service/default/a";

    [Fact]
    public void Evaluate_AllAcknowledged_IsComplete()
    {
        var result = Evaluate(AgentPresence.Present, Agent(5, 5, concerned: 3, acknowledged: 3));
        Assert.Equal((true, 3, 3), (result.Complete, result.Concerned, result.Acknowledged));
    }

    [Fact]
    public void Evaluate_OneRefused_IsCompleteWithItsReason()
    {
        var result = Evaluate(AgentPresence.Present, Agent(5, 5, concerned: 3, acknowledged: 2, "no"));
        Assert.Equal((true, 3, 2), (result.Complete, result.Concerned, result.Acknowledged));
        Assert.Equal("no", Assert.Single(result.Rejections).Reason);
    }

    [Fact]
    public void Evaluate_OneWaits_IsCompleteAndNoRejection()
    {
        var agent = Agent(5, 5, concerned: 3, acknowledged: 2, "waits for subset v2 of a");
        agent.Objects[Key].Rejections[0].Waiting = true;
        var result = Evaluate(AgentPresence.Present, agent);
        Assert.Equal((true, 3, 2, 0), (result.Complete, result.Concerned, result.Acknowledged, result.Rejections.Count));
        Assert.Equal(("default/p", Key, "waits for subset v2 of a"), Assert.Single(result.Waiting) is var (proxy, key, reason) ? (proxy, key, reason) : default);
    }

    [Fact]
    public void Evaluate_AgentHasNotCompiledTheRevision_IsPending()
    {
        var result = Evaluate(AgentPresence.Present, Agent(4, 4, concerned: 3, acknowledged: 3));
        Assert.False(result.Complete);
        Assert.Equal(["default/p"], result.Pending);
    }

    [Fact]
    public void Evaluate_ProxyHasNotAnswered_IsPending() =>
        Assert.False(Evaluate(AgentPresence.Present, Agent(5, 5, concerned: 3, acknowledged: 2)).Complete);

    [Fact]
    public void Evaluate_CountsAboutAnEarlierChange_DoNotCount() =>
        Assert.Equal(0, Evaluate(AgentPresence.Present, Agent(5, 3, concerned: 3, acknowledged: 3)).Concerned);

    [Fact]
    public void Evaluate_AgentReturning_IsPendingAndGoneIsNot()
    {
        var agent = Agent(5, 5, concerned: 1, acknowledged: 1);
        Assert.False(Evaluate(AgentPresence.Returning, agent).Complete);
        Assert.Equal((true, 0), (Evaluate(AgentPresence.Gone, agent).Complete, Evaluate(AgentPresence.Gone, agent).Concerned));
    }

    [Fact]
    public void Evaluate_RegisteredProxyIsAway_IsPendingByName()
    {
        var agent = Agent(5, 5, concerned: 2, acknowledged: 1);
        agent = agent with { Proxies = agent.Proxies.Add("default/q", new ProxyStatus { Id = "default/q", Revision = 5 }) };
        var result = Evaluate(AgentPresence.Present, agent);
        Assert.Equal((false, 2, 1), (result.Complete, result.Concerned, result.Acknowledged));
        Assert.Equal(["default/q"], result.Pending);
        Assert.Equal(["default/q"], result.Detached);
    }

    [Fact]
    public void Evaluate_ProxyThatIsAwayIsNotConcerned_IsComplete()
    {
        var agent = Agent(5, 5, concerned: 1, acknowledged: 1);
        agent = agent with { Proxies = agent.Proxies.Add("default/q", new ProxyStatus { Id = "default/q" }) };
        Assert.True(Evaluate(AgentPresence.Present, agent).Complete);
    }

    [Fact]
    public void Evaluate_AgentIsAway_IsPendingByItsName() =>
        Assert.Equal(["agent n"], Evaluate(AgentPresence.Returning, Agent(5, 5, concerned: 1, acknowledged: 1)).Pending);

    [Fact]
    public void Evaluate_ReplicaItselfIsBehind_IsNotComplete() =>
        Assert.False(WaitEvaluator.Evaluate(ReplicaModel.Empty, 5, [Key], _ => AgentPresence.Present).Complete);

    private static WaitResult Evaluate(AgentPresence presence, AgentModel agent)
    {
        var model = ReplicaModel.Empty with
        {
            Snapshot = MeshSnapshot.Empty with { Revision = new Revision(5) },
            Documents = ReplicaModel.Empty.Documents.Add(Key, new ConfigObject { Revision = 5 }),
            Agents = ReplicaModel.Empty.Agents.Add("n", agent),
        };
        return WaitEvaluator.Evaluate(model, 5, [Key], _ => presence);
    }

    private static AgentModel Agent(ulong compiled, ulong about, uint concerned, uint acknowledged, string? refusal = null)
    {
        var status = new ObjectStatus { Key = Key, Revision = about, Concerned = concerned, Acknowledged = acknowledged };
        if (refusal is not null) status.Rejections.Add(new Rejection { Proxy = "default/p", Reason = refusal });
        var agent = new AgentModel("n", "registry/a", 1) { Incarnation = 1, Connected = true, Revision = new Revision(compiled) };
        return agent with
        {
            Objects = agent.Objects.Add(Key, status),
            Proxies = agent.Proxies.Add("default/p", new ProxyStatus { Id = "default/p", Connected = true, Revision = compiled }),
        };
    }
}
