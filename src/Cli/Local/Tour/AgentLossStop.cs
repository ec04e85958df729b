using Mesh.Cli.Client;

namespace Mesh.Cli.Local.Tour;

/// <summary><c>kill -9</c> of the node agent: traffic goes on without it; it comes back from its disk and every proxy re-attaches.</summary>
internal sealed class AgentLossStop : ITourStop
{
    private static readonly TimeSpan Reattach = TimeSpan.FromSeconds(30);

    public string Title => "loss of the agent";

    public async Task<string> RunAsync(TourContext tour, CancellationToken cancel)
    {
        await using var load = new BackgroundLoad(tour);
        await load.MoreAsync(50, tour, cancel);
        var process = tour.Process(ProcessLauncher.AgentProcess);
        var without = load.Sent;
        using (process.HoldRestart())
        {
            process.Kill();
            await load.MoreAsync(300, tour, cancel);
            without = load.Sent - without;
        }
        var all = tour.Run.Plan.Instances.Where(i => i.Proxy is not null).Select(i => i.Id).ToArray();
        var back = await tour.UntilAsync(status => Missing(status, all), Reattach, cancel);
        var (wait, took) = await tour.ApplyAsync(CatalogueRoutes.Split(80, 20), cancel);
        await tour.ApplyAsync(CatalogueRoutes.Split(90, 10), cancel);
        var sent = await load.FinishAsync();
        return $"{without} requests without an agent; back with all proxies in {back.TotalSeconds:0.0} s; a change then took {took.TotalMilliseconds:0} ms on {wait.Acknowledged}/{wait.Concerned} proxies; 0 of {sent} requests failed";
    }

    /// <summary>A proxy that has not re-attached is in no list: all that were started must be there.</summary>
    private static string? Missing(StatusAnswer status, string[] all)
    {
        if (!status.Agents.Any(a => a.Connected)) return "the agent is not connected";
        var back = status.Proxies.Where(p => p.Connected && p.InSync).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var away = all.Where(id => !back.Contains(id)).ToArray();
        return away.Length == 0 ? null : $"not re-attached or not in sync: {string.Join(", ", away)}";
    }
}
