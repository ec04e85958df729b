using Google.Protobuf;
using Mesh.Sidecar.Discovery;

namespace Mesh.Sidecar.Tests.Discovery;

public sealed class SourceStoreTests
{
    private const string Type = "type";

    [Fact]
    public void Find_AnyOrderOfChanges_GivesTheLastOfEachName()
    {
        var random = new Random(7);
        var store = new SourceStore();
        var expected = new Dictionary<string, byte[]>();
        for (var i = 0; i < 5_000; i++)
        {
            var name = $"r{random.Next(300)}";
            if (random.Next(4) == 0)
            {
                store.Remove(Type, name);
                expected.Remove(name);
                continue;
            }
            // Large enough in sum that nearly all are packed, and blocks fall below half.
            var bytes = new byte[random.Next(2_000)];
            random.NextBytes(bytes);
            store.Set(Type, name, ByteString.CopyFrom(bytes));
            expected[name] = bytes;
        }
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), store.Names(Type).Order(StringComparer.Ordinal));
        foreach (var (name, bytes) in expected) Assert.Equal(bytes, store.Find(Type, name)!.Value.ToArray());
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, Convert.ToHexString(e.Value))),
            store.All(Type).Select(e => (e.Name, Convert.ToHexString(e.Source.Span))));
        Assert.Null(store.Find(Type, "never"));
        Assert.Null(store.Find("other", "r1"));
    }
}
