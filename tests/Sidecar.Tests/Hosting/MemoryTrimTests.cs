using Mesh.Sidecar.Hosting;

namespace Mesh.Sidecar.Tests.Hosting;

public sealed class MemoryTrimTests
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public void IsDue_OnceAfterABurst_AndAgainAfterTheNext()
    {
        var trim = new MemoryTrim(TimeProvider.System);
        Assert.False(trim.IsDue(30 * Megabyte));
        Assert.True(trim.IsDue(30 * Megabyte + 1000));
        Assert.False(trim.IsDue(30 * Megabyte + 2000));
        // Under load, however much there would be to gain.
        Assert.False(trim.IsDue(90 * Megabyte));
        Assert.False(trim.IsDue(95 * Megabyte));
        Assert.True(trim.IsDue(95 * Megabyte + 1000));
    }

    [Fact]
    public void IsDue_AtRest_Rarely()
    {
        var trim = new MemoryTrim(TimeProvider.System);
        var due = 0;
        for (var tick = 1; tick <= 120; tick++)
            if (trim.IsDue(tick * 100_000L)) due++;
        Assert.Equal(2, due);
    }
}
