using Mesh.Cli.Local.State;

namespace Mesh.Cli.Tests.Local.State;

public sealed class LoopbackRangeTests
{
    [Fact]
    public void Acquire_WhileAnotherMeshHasTheRange_GivesAnother()
    {
        using var first = LoopbackRange.Acquire(null);
        using var second = LoopbackRange.Acquire(first.Number);

        Assert.NotEqual(first.Number, second.Number);
        Assert.InRange(second.Number, LoopbackRange.First, LoopbackRange.Last);
    }

    [Fact]
    public void Acquire_AfterRelease_GivesTheSameAgain()
    {
        int number;
        using (var first = LoopbackRange.Acquire(null)) number = first.Number;

        using var again = LoopbackRange.Acquire(number);

        Assert.Equal(number, again.Number);
    }
}
