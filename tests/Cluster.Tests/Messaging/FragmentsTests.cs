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
        var assembler = new FragmentAssembler();
        var whole = parts[..^1].SelectMany(p => new[] { p, p }).Append(parts[^1]).Select(assembler.Add).OfType<IMessage>().ToArray();
        return whole.Length == 1 && whole[0].Equals(message);
    }

    [Fact]
    public void Add_FragmentsThatDoNotFit_AreIgnored()
    {
        var assembler = new FragmentAssembler();
        Assert.Null(assembler.Add(new Fragment { Id = "x", Index = 3, Count = 2 }));
        Assert.Null(assembler.Add(new Fragment { Id = "x", Index = 0, Count = 0 }));
        Assert.Null(assembler.Add(new Fragment { Id = "x", Index = 0, Count = uint.MaxValue }));
    }

    private static OriginSnapshot Large(int bytes) => new()
    {
        Origin = "config", Entries = { new OriginEntry { Key = "k", Value = ByteString.CopyFrom(new byte[bytes]) } },
    };
}
