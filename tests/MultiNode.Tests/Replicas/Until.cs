using System.Diagnostics;

namespace Mesh.MultiNode.Tests.Replicas;

/// <summary>Waits for conditions, with a bound.</summary>
internal static class Until
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public static Task TrueAsync(Func<bool> condition, string what, int seconds = 90) =>
        TrueAsync(() => Task.FromResult(condition()), what, seconds);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 90)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Poll);
        while (!await condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(seconds), $"not within {seconds} s: {what}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
