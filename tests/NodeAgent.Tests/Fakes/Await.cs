using System.Runtime.CompilerServices;

namespace NodeAgent.Tests.Fakes;

/// <summary>Waits for a condition, with a bound, without sleeping longer than it takes to look again.</summary>
internal static class Await
{
    public static async Task ThatAsync(Func<bool> condition, int seconds = 60, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            if (clock.GetElapsedTime(started).TotalSeconds > seconds) Assert.Fail($"not within {seconds} s: {text}");
            await timer.WaitForNextTickAsync();
        }
    }
}
