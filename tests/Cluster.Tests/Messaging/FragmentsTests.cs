using FsCheck.Xunit;
using Google.Protobuf;
using Mesh.Cluster.Messaging;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Tests.Messaging;

public sealed class FragmentsTests
{
    [Fact]
    public void Split_SmallMessage_IsItself()
    {
        var message = new OriginCatchUp { Origin = "config" };
        Assert.Same(message, Assert.Single(Fragments.Split(message)));
    }

    [Fact]
    public void Split_LargeMessage_EveryPartFitsBelow64KiB() =>
        Assert.All(Fragments.Split(Large(500_000)), part => Assert.InRange(part.CalculateSize(), 1, 64 * 1024));

    [Property(MaxTest = 50)]
    public bool Add_AnyOrderWithRepeats_GivesTheMessage(int seed, byte blocks)
    {
        var message = Large(60_000 + blocks * 4_000);
        var parts = Fragments.Split(message).Cast<Fragment>().ToArray();
        new Random(seed).Shuffle(parts);
        var assembler = new FragmentAssembler(e => throw e);
        var whole = parts[..^1].SelectMany(p => new[] { p, p }).Append(parts[^1]).Select(assembler.Add).OfType<IMessage>().ToArray();
        return whole.Length == 1 && whole[0].Equals(message);
    }

    [Fact]
    public void Add_FragmentsThatDoNotFit_AreIgnored()
    {
        var assembler = new FragmentAssembler(e => throw e);
        Assert.Null(assembler.Add(new Fragment { Id = "x", Index = 3, Count = 2 }));
        Assert.Null(assembler.Add(new Fragment { Id = "x", Index = 0, Count = 0 }));
        Assert.Null(assembler.Add(new Fragment { Id = "x", Index = 0, Count = uint.MaxValue }));
    }

    [Fact]
    public void Add_ManifestOfANewerReplica_IsLeftOutWithAWarning()
    {
        var warnings = new List<Exception>();
        var assembler = new FragmentAssembler(warnings.Add);
        Assert.Null(assembler.Add(new Fragment { Id = "x", Manifest = "??", Index = 0, Count = 1 }));
        Assert.Null(assembler.Add(new Fragment { Id = "y", Manifest = "os", Index = 0, Count = 1, Data = ByteString.CopyFrom(0xff) }));
        Assert.Contains("??", warnings[0].Message, StringComparison.Ordinal);
        Assert.Equal(2, warnings.Count);
        Assert.NotNull(assembler.Add(new Fragment { Id = "z", Manifest = "os", Index = 0, Count = 1 }));
    }

    private static OriginSnapshot Large(int bytes) => new()
    {
        Origin = "config", Entries = { new OriginEntry { Key = "k", Value = ByteString.CopyFrom(new byte[bytes]) } },
    };
}
