namespace Mesh.Traffic.Tests.Harness;

/// <summary>Waits for what takes a question to know, with a bound.</summary>
internal static class Waiting
{
    public static async Task ThatAsync(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started).TotalSeconds > 60) Assert.Fail($"not within a minute: {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
