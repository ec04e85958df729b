using System.Globalization;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.OriginLogs;

namespace Mesh.Cluster.Api;

/// <summary>Answers a wait when every proxy that some objects concern has answered a revision, or when patience is over. Thread-safe.</summary>
internal sealed class Waiting(ModelFeed feed, PeerTable peers, AgentPresences presences, TimeProvider time)
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Presence changes without any step of the model.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(500);

    public async Task<IResult> RunAsync(ulong revision, string? timeout, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        if (!TryParseTimeout(timeout, out var patience)) return ApiStatus.Result(400, $"timeout '{timeout}' is not a duration such as 30s");
        var started = time.GetTimestamp();
        while (true)
        {
            var step = feed.Current;
            var result = WaitEvaluator.Evaluate(step.Model, revision, keys, presences.Of);
            // A replica that has just started may know the configuration before it knows the agents, and "0 of 0" would be a lie.
            if (!peers.CaughtUp) result = result with { Complete = false };
            if (result.Complete) return Results.Json(result, ApiJson.Options);
            var left = patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return Results.Json(result, ApiJson.Options, statusCode: 408);
            await Task.WhenAny(step.Next, Task.Delay(left < Recheck ? left : Recheck, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static bool TryParseTimeout(string? text, out TimeSpan timeout)
    {
        timeout = DefaultWait;
        if (text is null) return true;
        var digits = text.TrimEnd('s', 'm');
        var unit = text[digits.Length..] switch { "" or "s" => 1.0, "m" => 60, "ms" => 0.001, _ => 0 };
        if (unit == 0 || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        if (number * unit > LongestWait.TotalSeconds) return false;
        timeout = TimeSpan.FromSeconds(number * unit);
        return true;
    }
}
