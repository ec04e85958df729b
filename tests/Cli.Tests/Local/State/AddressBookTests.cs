using Mesh.Cli.Local.State;

namespace Mesh.Cli.Tests.Local.State;

public sealed class AddressBookTests
{
    [Fact]
    public void Addresses_OfANewMesh_FollowTheScheme()
    {
        var book = new AddressBook(77);

        Assert.Equal(["127.77.0.1", "127.77.0.2"], [book.Replica(0), book.Replica(1)]);
        Assert.Equal("127.77.0.100", book.Agent);
        Assert.Equal("127.77.0.200", book.Gateway("mesh-system.ingress"));
        Assert.Equal("127.77.1.1", book.Workload("default.a-0"));
        Assert.Equal("127.77.1.2", book.Workload("default.b-0"));
        Assert.Equal("127.77.128.1", book.Alias("default.a-0", "default/b"));
        Assert.Equal("127.77.128.2", book.Alias("default.b-0", "default/b"));
    }

    [Fact]
    public void Workload_OfAResumedMesh_KeepsItsAddressInAnotherRange()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "addresses.json");
        var first = new AddressBook(77);
        first.Workload("default.a-0");
        first.Workload("default.b-0");
        first.Write(file);

        var (range, known) = AddressBook.Read(file);
        var second = new AddressBook(80, known);

        Assert.Equal(77, range);
        Assert.Equal("127.80.1.2", second.Workload("default.b-0"));
        Assert.Equal("127.80.1.3", second.Workload("default.c-0"));
    }

    [Fact]
    public void Write_AfterAWorkloadIsGone_GivesItsAddressUp()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "addresses.json");
        new AddressBook(77, new Dictionary<string, int> { ["workload default.old-0"] = 257 }).Write(file);

        Assert.Equal("127.77.1.1", new AddressBook(77, AddressBook.Read(file).Known).Workload("default.new-0"));
    }

    [Fact]
    public void Workload_PastTheEndOfA24_SkipsNetworkAndBroadcastAddresses()
    {
        var book = new AddressBook(77);

        var addresses = Enumerable.Range(0, 300).Select(i => book.Workload($"default.w-{i}")).ToArray();

        Assert.Equal(300, addresses.Distinct().Count());
        Assert.DoesNotContain(addresses, a => a.EndsWith(".0", StringComparison.Ordinal) || a.EndsWith(".255", StringComparison.Ordinal));
    }
}
