using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Google.Protobuf;
using Mesh.Cluster.Config;
using Mesh.Cluster.Wire;
using Action = Mesh.Cluster.Wire.ConfigOutcome.Types.Action;

namespace Mesh.Cluster.Tests.Config;

public sealed class ConfigStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Decide_NewObject_IsCreatedWithServerMetadata()
    {
        var (state, reply) = Write(ConfigState.Empty, Set("a", 1));
        Assert.Equal((Action.Created, 1ul), (reply.Outcomes[0].Action, reply.Revision));
        var metadata = JsonNode.Parse(state.Objects.Values.Single().Object.Json.ToStringUtf8())!["metadata"]!;
        Assert.Equal("1", metadata["resourceVersion"]!.GetValue<string>());
        Assert.Equal(1ul, metadata["generation"]!.GetValue<ulong>());
        Assert.Equal("2026-06-01T12:00:00Z", metadata["creationTimestamp"]!.GetValue<string>());
    }

    [Fact]
    public void Decide_SameDocument_IsUnchangedWithoutEvent()
    {
        var (state, _) = Write(ConfigState.Empty, Set("a", 1));
        var decision = state.Decide(Request(Set("a", 1)), Now);
        Assert.Null(decision.Event);
        Assert.Equal((Action.Unchanged, 1ul), (decision.Reply.Outcomes[0].Action, decision.Reply.Revision));
    }

    [Fact]
    public void Decide_ChangedSpec_RaisesGenerationAndKeepsUidAndCreation()
    {
        var (state, _) = Write(ConfigState.Empty, Set("a", 1));
        var before = JsonNode.Parse(state.Objects.Values.Single().Object.Json.ToStringUtf8())!["metadata"]!;
        (state, _) = Write(state, Set("a", 2), Now.AddHours(1));
        var stored = state.Objects.Values.Single().Object;
        var after = JsonNode.Parse(stored.Json.ToStringUtf8())!["metadata"]!;
        Assert.Equal(2ul, stored.Generation);
        Assert.Equal(before["uid"]!.ToString(), after["uid"]!.ToString());
        Assert.Equal(before["creationTimestamp"]!.ToString(), after["creationTimestamp"]!.ToString());
    }

    [Fact]
    public void Decide_ChangedLabelOnly_KeepsGeneration()
    {
        var (state, _) = Write(ConfigState.Empty, Set("a", 1));
        (state, _) = Write(state, Set("a", 1, label: "x"));
        Assert.Equal((1ul, 2ul), (state.Objects.Values.Single().Object.Generation, state.Revision));
    }

    [Fact]
    public void Decide_SeveralChanges_AreOneRevision()
    {
        var (state, reply) = Write(ConfigState.Empty, Set("a", 1), Set("b", 1));
        Assert.Equal((1ul, 1ul), (state.Revision, reply.Revision));
        Assert.All(reply.Outcomes, o => Assert.Equal(1ul, o.Revision));
    }

    [Fact]
    public void Decide_ExpectedRevisionDiffers_IsConflictAndOthersAreDone()
    {
        var (state, _) = Write(ConfigState.Empty, Set("a", 1));
        var stale = Set("a", 2);
        stale.ExpectedRevision = 7;
        (state, var reply) = Write(state, stale, Set("b", 1));
        Assert.Equal([Action.Conflict, Action.Created], reply.Outcomes.Select(o => o.Action));
        Assert.Equal(2, state.Objects.Count);
    }

    [Fact]
    public void Decide_Remove_DeletesOnce()
    {
        var (state, _) = Write(ConfigState.Empty, Set("a", 1));
        var remove = new ConfigChange { Key = Key("a"), Remove = true };
        (state, var first) = Write(state, remove);
        Assert.Equal((Action.Deleted, 2ul), (first.Outcomes[0].Action, first.Revision));
        Assert.Empty(state.Objects);
        Assert.Equal(Action.NotFound, state.Decide(Request(remove), Now).Reply.Outcomes[0].Action);
    }

    [Fact]
    public void Decide_RepeatedRequest_RepeatsTheAnswer()
    {
        var request = Request(Set("a", 1));
        var decision = ConfigState.Empty.Decide(request, Now);
        var state = ConfigState.Empty.Apply(decision.Event!, 1);
        var again = state.Decide(request, Now);
        Assert.Null(again.Event);
        Assert.Equal(decision.Reply, again.Reply);
        Assert.Equal(decision.Reply, ConfigState.FromSnapshot(state.ToSnapshot()).Decide(request, Now).Reply);
    }

    [Property(MaxTest = 100)]
    public bool Replay_FromAnySnapshot_GivesTheSameState(byte[] writes, byte cut)
    {
        var (live, events) = (ConfigState.Empty, new List<ConfigChanged>());
        foreach (var write in writes)
        {
            var change = write % 4 == 0 ? new ConfigChange { Key = Key($"{write % 3}"), Remove = true } : Set($"{write % 3}", write);
            if (live.Decide(Request(change), Now).Event is not { } changed) continue;
            events.Add(changed);
            live = live.Apply(changed, live.Revision + 1);
        }
        var at = Math.Min(cut, events.Count);
        var replayed = events.Take(at).Aggregate(ConfigState.Empty, (s, e) => s.Apply(e, s.Revision + 1));
        replayed = events.Skip(at).Aggregate(ConfigState.FromSnapshot(ConfigSnapshot.Parser.ParseFrom(replayed.ToSnapshot().ToByteArray())),
            (s, e) => s.Apply(e, s.Revision + 1));
        return replayed.ToSnapshot().Equals(live.ToSnapshot());
    }

    private static (ConfigState State, ConfigApplied Reply) Write(ConfigState state, params ConfigChange[] changes)
    {
        var decision = state.Decide(Request(changes), Now);
        return (decision.Event is null ? state : state.Apply(decision.Event, state.Revision + 1), decision.Reply);
    }

    private static (ConfigState State, ConfigApplied Reply) Write(ConfigState state, ConfigChange change, DateTimeOffset at)
    {
        var decision = state.Decide(Request(change), at);
        return (state.Apply(decision.Event!, state.Revision + 1), decision.Reply);
    }

    private static ApplyConfig Request(params ConfigChange[] changes)
    {
        var request = new ApplyConfig { RequestId = Guid.NewGuid().ToString() };
        request.Changes.AddRange(changes);
        return request;
    }

    private static string Key(string name) => $"Service/default/{name}";

    private static ConfigChange Set(string name, int port, string label = "") => new()
    {
        Key = Key(name), ApiVersion = "v1",
        Json = ByteString.CopyFromUtf8($$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}","labels":{"l":"{{{label}}}"}},"spec":{"port":{{{port}}}}}"""),
    };
}
