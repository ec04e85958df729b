using Google.Protobuf;
using Mesh.Cluster.Api;
using Mesh.Cluster.Distribution;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Tests.Api;

public sealed class ConditionEvaluatorTests
{
    private const string Key = "VirtualService.networking.istio.io/default/a";

    private static readonly ConfigObject Document = new()
    {
        Revision = 5, Generation = 3, Json = ByteString.CopyFromUtf8("""{"metadata": {"creationTimestamp": "2020-01-01T00:00:00Z"}}"""),
    };

    private static readonly Rejection Refusal = new() { Proxy = "default/p", Reason = "no" };
    private static readonly Rejection Wait = new() { Proxy = "default/q", Reason = "spec.http[0]: waits for subset v2 of b", Waiting = true };

    [Fact]
    public void Evaluate_AllAcknowledged_IsReconciledSinceTheLastOne() => Check(
        "Reconciled True InForce '5 of 5 proxies have it in force' 1970-01-01T00:00:20Z 3",
        "Waiting False NothingMissing '' 1970-01-01T00:00:20Z 3",
        Agent("n", 5, Status(2, 2, 10)), Agent("m", 5, Status(3, 3, 20)));

    [Fact]
    public void Evaluate_OneWaits_SaysForWhatAndSinceWhen() => Check(
        "Reconciled False Waiting '4 of 5 proxies have it in force; spec.http[0]: waits for subset v2 of b' 1970-01-01T00:00:10Z 3",
        "Waiting True ReferenceMissing 'spec.http[0]: waits for subset v2 of b (on 1 proxies)' 1970-01-01T00:00:10Z 3",
        Agent("n", 5, Status(2, 1, 10, Wait)), Agent("m", 5, Status(3, 3, 20)));

    [Fact]
    public void Evaluate_OneRefusesAndOneWaits_BothAreTold() => Check(
        "Reconciled False Refused '1 of 3 proxies have it in force; default/p refused it: no' 1970-01-01T00:00:20Z 3",
        "Waiting True ReferenceMissing 'spec.http[0]: waits for subset v2 of b (on 1 proxies)' 1970-01-01T00:00:10Z 3",
        Agent("n", 5, Status(2, 1, 10, Wait)), Agent("m", 5, Status(1, 0, 20, Refusal)));

    [Fact]
    public void Evaluate_OneHasNotAnswered_IsPending() => Check(
        "Reconciled False Pending '1 of 2 proxies have it in force' 1970-01-01T00:00:10Z 3",
        "Waiting False NothingMissing '' 1970-01-01T00:00:10Z 3",
        Agent("n", 5, Status(2, 1, 10)));

    [Fact]
    public void Evaluate_AgentHasNotCompiledTheChange_IsPendingSinceTheObjectsTime() => Check(
        "Reconciled False Pending '0 of 0 proxies have it in force; agents yet to report: 1' 2020-01-01T00:00:00Z 3",
        "Waiting False NothingMissing '' 2020-01-01T00:00:00Z 3",
        Agent("n", 4, new ObjectStatus { Revision = 4, Concerned = 1, Acknowledged = 1, Since = 1 }));

    [Fact]
    public void Evaluate_NoProxyIsConcerned_IsReconciledWithThatReason() => Check(
        "Reconciled True NoProxyConcerned '0 of 0 proxies have it in force' 2020-01-01T00:00:00Z 3",
        "Waiting False NothingMissing '' 2020-01-01T00:00:00Z 3",
        Agent("n", 5, null));

    [Fact]
    public void Evaluate_AgentThatIsGone_DoesNotCount()
    {
        var model = ReplicaModel.Empty with { Agents = ReplicaModel.Empty.Agents.Add("n", Agent("n", 4, null)) };
        Assert.Equal("True", ConditionEvaluator.Evaluate(model, Document, Key, _ => AgentPresence.Gone).Conditions[0].Status);
    }

    [Theory]
    [InlineData("VirtualService.networking.istio.io/default/a", true)]
    [InlineData("RateLimitPolicy.mesh.dev/default/a", true)]
    [InlineData("HTTPRoute.gateway.networking.k8s.io/default/a", false)]
    [InlineData("Service/default/a", false)]
    public void HasConditions_IsSoForKindsThatProxiesActOn(string key, bool expected) =>
        Assert.Equal(expected, ObjectKey.TryParse(key, out var parsed) && ConditionEvaluator.HasConditions(parsed));

    private static void Check(string reconciled, string waiting, params AgentModel[] agents)
    {
        var model = ReplicaModel.Empty with { Agents = ReplicaModel.Empty.Agents.AddRange(agents.Select(a => KeyValuePair.Create(a.Node, a))) };
        var result = ConditionEvaluator.Evaluate(model, Document, Key, _ => AgentPresence.Present);
        Assert.Equal(3ul, result.ObservedGeneration);
        Assert.Equal([reconciled, waiting], result.Conditions.Select(c => $"{c.Type} {c.Status} {c.Reason} '{c.Message}' {c.LastTransitionTime} {c.ObservedGeneration}"));
    }

    private static ObjectStatus Status(uint concerned, uint acknowledged, ulong seconds, params Rejection[] rejections) => new()
    {
        Key = Key, Revision = 5, Concerned = concerned, Acknowledged = acknowledged, Since = seconds * 1_000_000, Rejections = { rejections },
    };

    private static AgentModel Agent(string node, ulong compiled, ObjectStatus? status)
    {
        var agent = new AgentModel(node, "registry/a", 1) { Incarnation = 1, Connected = true, Revision = new Revision(compiled) };
        return status is null ? agent : agent with { Objects = agent.Objects.Add(Key, status) };
    }
}
