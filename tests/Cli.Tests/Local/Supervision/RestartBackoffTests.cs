using Mesh.Cli.Local.Supervision;

namespace Mesh.Cli.Tests.Local.Supervision;

public sealed class RestartBackoffTests
{
    [Fact]
    public void Next_CrashAfterCrash_DoublesToTheLongest()
    {
        var backoff = new RestartBackoff();

        var delays = Enumerable.Range(0, 7).Select(_ => backoff.Next(TimeSpan.Zero).TotalSeconds);

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], delays);
    }

    [Fact]
    public void Next_AfterAStableRun_StartsOver()
    {
        var backoff = new RestartBackoff();
        for (var i = 0; i < 4; i++) backoff.Next(TimeSpan.Zero);

        Assert.Equal(RestartBackoff.First, backoff.Next(RestartBackoff.StableAfter));
        Assert.Equal(TimeSpan.FromSeconds(2), backoff.Next(TimeSpan.Zero));
    }
}
