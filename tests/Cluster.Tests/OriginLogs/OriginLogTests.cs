using Google.Protobuf;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Tests.OriginLogs;

public sealed class OriginLogTests
{
    [Fact]
    public void Apply_NextBatch_IsApplied()
    {
        var (owner, copy) = (new OriginLog("o"), new OriginLog("o"));
        Assert.Equal(OriginOutcome.Applied, copy.Apply(owner.Append(1, [Set("a", "1")])).Outcome);
        Assert.Equal(OriginOutcome.Applied, copy.Apply(owner.Append(1, [Set("b", "2")])).Outcome);
        Assert.Equal(2ul, copy.Revision);
        Assert.Equal(owner.Entries, copy.Entries);
    }

    [Fact]
    public void Apply_BatchTwice_IsDuplicate()
    {
        var (owner, copy) = (new OriginLog("o"), new OriginLog("o"));
        var batch = owner.Append(1, [Set("a", "1")]);
        copy.Apply(batch);
        Assert.Equal(OriginOutcome.Duplicate, copy.Apply(batch).Outcome);
    }

    [Fact]
    public void Apply_BatchMissingBefore_IsGapAndCatchUpFillsIt()
    {
        var (owner, copy) = (new OriginLog("o"), new OriginLog("o"));
        copy.Apply(owner.Append(1, [Set("a", "1")]));
        owner.Append(1, [Set("b", "2")]);
        Assert.Equal(OriginOutcome.Gap, copy.Apply(owner.Append(1, [Set("c", "3")])).Outcome);
        foreach (var message in owner.CatchUp(copy.Epoch, copy.Revision)) copy.Apply((OriginBatch)message);
        Assert.Equal(owner.Entries, copy.Entries);
    }

    [Fact]
    public void Apply_BatchOfNewerEpochFromZero_StartsAnewAndSaysWhatIsGone()
    {
        var copy = new OriginLog("o");
        copy.Apply(new OriginLog("o").Append(1, [Set("a", "1"), Set("b", "1")]));
        var result = copy.Apply(new OriginLog("o").Append(2, [Set("b", "1"), Set("c", "1")]));
        Assert.Equal(["c", "a"], result.Changes.Select(c => c.Key));
        Assert.True(result.Changes[1].Removed);
        Assert.Equal(["b", "c"], copy.Entries.Keys);
    }

    [Fact]
    public void Apply_BatchOfNewerEpochNotFromZero_IsGap()
    {
        var newer = new OriginLog("o");
        newer.Append(2, [Set("a", "1")]);
        var copy = new OriginLog("o");
        copy.Apply(new OriginLog("o").Append(1, [Set("a", "0")]));
        Assert.Equal(OriginOutcome.Gap, copy.Apply(newer.Append(2, [Set("b", "1")])).Outcome);
    }

    [Fact]
    public void Apply_OlderEpoch_IsDuplicate()
    {
        var copy = new OriginLog("o");
        copy.Apply(new OriginLog("o").Append(2, [Set("a", "1")]));
        Assert.Equal(OriginOutcome.Duplicate, copy.Apply(new OriginLog("o").Append(1, [Set("b", "1")])).Outcome);
    }

    [Fact]
    public void CatchUp_BeyondWhatIsRetained_IsASnapshot()
    {
        var owner = new OriginLog("o", retainedEntries: 2);
        for (var i = 0; i < 5; i++) owner.Append(1, [Set($"k{i}", "1")]);
        var copy = new OriginLog("o");
        copy.Apply(Assert.IsType<OriginSnapshot>(Assert.Single(owner.CatchUp(0, 0))));
        Assert.Equal((owner.Revision, owner.Epoch), (copy.Revision, copy.Epoch));
        Assert.Equal(owner.Entries, copy.Entries);
        Assert.Empty(owner.CatchUp(1, 5));
    }

    [Fact]
    public void Append_OlderEpoch_Throws()
    {
        var owner = new OriginLog("o");
        owner.Append(2, []);
        Assert.Throws<ArgumentException>(() => owner.Append(1, []));
    }

    internal static OriginEntry Set(string key, string value) => new() { Key = key, Value = ByteString.CopyFromUtf8(value) };

    internal static OriginEntry Remove(string key) => new() { Key = key, Removed = true };
}
