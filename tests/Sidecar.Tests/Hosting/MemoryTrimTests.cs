using Mesh.Sidecar.Hosting;

namespace Mesh.Sidecar.Tests.Hosting;

public sealed class MemoryTrimTests
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public void Due_OnceAfterABurst_AndAgainAfterTheNext()
    {
        var trim = new MemoryTrim(TimeProvider.System);
        Assert.Equal(TrimKind.None, trim.Due(30 * Megabyte));
        Assert.Equal(TrimKind.Heap, trim.Due(30 * Megabyte + 1000));
        Assert.Equal(TrimKind.None, trim.Due(30 * Megabyte + 2000));
        // Under load, however much there would be to gain.
        Assert.Equal(TrimKind.None, trim.Due(90 * Megabyte));
        Assert.Equal(TrimKind.None, trim.Due(95 * Megabyte));
        Assert.Equal(TrimKind.Heap, trim.Due(95 * Megabyte + 1000));
    }

    [Fact]
    public void Due_AtRest_Rarely()
    {
        var trim = new MemoryTrim(TimeProvider.System);
        var due = 0;
        for (var tick = 1; tick <= 120; tick++)
            if (trim.Due(tick * 100_000L) == TrimKind.Heap) due++;
        Assert.Equal(2, due);
    }

    [Fact]
    public void Due_AfterABurst_PoolsTwiceHalfAMinuteApart()
    {
        var trim = new MemoryTrim(TimeProvider.System);
        var due = new List<(int Tick, TrimKind Kind)>();
        for (var tick = 1; tick <= 60; tick++)
            if (trim.Due(30 * Megabyte + tick) is var kind and not TrimKind.None) due.Add((tick, kind));
        Assert.Equal([(2, TrimKind.Heap), (9, TrimKind.WithPools), (16, TrimKind.WithPools)], due);
    }

    [Fact]
    public void Due_PoolsUnderLoad_WaitForRest()
    {
        var trim = new MemoryTrim(TimeProvider.System);
        trim.Due(30 * Megabyte);
        Assert.Equal(TrimKind.Heap, trim.Due(30 * Megabyte + 1));
        var allocated = 30 * Megabyte;
        for (var tick = 0; tick < 20; tick++) Assert.Equal(TrimKind.None, trim.Due(allocated += Megabyte));
        // There is the garbage of the load as well now, so it begins anew.
        Assert.Equal(TrimKind.Heap, trim.Due(allocated + 1));
        for (var tick = 0; tick < 6; tick++) Assert.Equal(TrimKind.None, trim.Due(allocated + 1));
        Assert.Equal(TrimKind.WithPools, trim.Due(allocated + 1));
    }
}
