using Mesh.Cli.Output;

namespace Mesh.Cli.Local.Tour;

/// <summary>How one stop went.</summary>
internal sealed record StopResult(int Number, string Title, bool Passed, string Figures, double Seconds);

/// <summary>Runs the stops in order, each whatever became of the one before, and prints a line for each.</summary>
internal static class Tour
{
    /// <summary>No stop takes a fraction of this on an idle machine.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(3);

    private static readonly ITourStop[] Stops =
    [
        new GatewayStop(), new CanaryStop(), new MutualTlsStop(), new ResilienceStop(), new ReplicaLossStop(), new AgentLossStop(), new MetricsStop(),
    ];

    public static async Task<IReadOnlyList<StopResult>> RunAsync(MeshRun run, Terminal terminal, bool quiet, TimeProvider time, CancellationToken cancel)
    {
        using var context = new TourContext(run, time);
        var results = new List<StopResult>();
        foreach (var stop in Stops)
        {
            var result = await RunStopAsync(stop, results.Count + 1, context, cancel);
            results.Add(result);
            if (quiet) continue;
            terminal.Out.WriteLine($"{(result.Passed ? terminal.Good("PASS") : terminal.Bad("FAIL"))} {result.Number}  {result.Title}: {result.Figures}");
            terminal.Out.Flush();
        }
        return results;
    }

    private static async Task<StopResult> RunStopAsync(ITourStop stop, int number, TourContext context, CancellationToken cancel)
    {
        var started = context.Time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(StopLimit);
        var passed = false;
        string figures;
        try
        {
            figures = await stop.RunAsync(context, limit.Token);
            passed = true;
        }
        catch (Exception e) when (e is TourFailure or CliException or HttpRequestException or IOException or System.Net.Sockets.SocketException)
        {
            figures = e.Message;
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<TourFailure>().FirstOrDefault() is { } failure)
        {
            figures = failure.Message;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            figures = $"not done after {StopLimit.TotalMinutes:0} minutes, or a connection hung";
        }
        return new StopResult(number, stop.Title, passed, figures, Math.Round(context.Time.GetElapsedTime(started).TotalSeconds, 1));
    }
}
