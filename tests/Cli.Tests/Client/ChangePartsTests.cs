using Mesh.Cli.Client;

namespace Mesh.Cli.Tests.Client;

public sealed class ChangePartsTests
{
    [Theory]
    [InlineData(0, new[] { 0 })]
    [InlineData(1, new[] { 1 })]
    [InlineData(5_000, new[] { 5_000 })]
    [InlineData(5_001, new[] { 5_000, 1 })]
    [InlineData(12_000, new[] { 5_000, 5_000, 2_000 })]
    public void OfDocuments_AnyNumber_IsCutInOrder(int count, int[] parts)
    {
        var cut = ChangeParts.OfDocuments(Enumerable.Range(1, count).Select(i => Document(i, "a: 1")));

        Assert.Equal(parts, cut.Select(p => p.Length));
        Assert.Equal(Enumerable.Range(1, count), cut.SelectMany(p => p).Select(d => d.Document));
    }

    [Fact]
    public void OfDocuments_TooLargeTogether_IsCutBelowTheLimitOfABody()
    {
        // A line end takes two bytes in JSON.
        var text = new string('\n', 1 << 20);

        var cut = ChangeParts.OfDocuments(Enumerable.Range(1, 8).Select(i => Document(i, text)));

        Assert.Equal([3, 3, 2], cut.Select(p => p.Length));
    }

    [Fact]
    public void OfDocuments_OneTooLargeByItself_GoesAlone()
    {
        var cut = ChangeParts.OfDocuments([Document(1, "a: 1"), Document(2, new string('x', 9 << 20)), Document(3, "a: 1")]);

        Assert.Equal([1, 1, 1], cut.Select(p => p.Length));
    }

    private static ApplyDocument Document(int number, string yaml) => new("a.yaml", number, 1, yaml);
}
