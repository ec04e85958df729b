using Mesh.Cli.Client;

namespace Mesh.Cli.Local.Tour;

/// <summary>
/// <c>kill -9</c> of the replica that runs the configuration log, twice: no request fails, a change goes through on the two that are left,
/// and the replica comes back, catches up and serves.
/// </summary>
internal sealed class ReplicaLossStop : ITourStop
{
    /// <summary>The failover the settings are made for takes about 8 s; a busy machine gets some more.</summary>
    private static readonly TimeSpan Failover = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Rejoin = TimeSpan.FromSeconds(40);

    public string Title => "loss of a replica";

    public async Task<string> RunAsync(TourContext tour, CancellationToken cancel)
    {
        await using var load = new BackgroundLoad(tour);
        await load.MoreAsync(50, tour, cancel);
        var first = await KillAndRestartAsync(tour, load, except: null, CatalogueRoutes.Split(80, 20), cancel);
        var second = await KillAndRestartAsync(tour, load, first.Name, CatalogueRoutes.Split(90, 10), cancel);
        var sent = await load.FinishAsync();
        return $"{first.Text}; {second.Text}; 0 of {sent} requests failed";
    }

    private static async Task<(string Name, string Text)> KillAndRestartAsync(
        TourContext tour, BackgroundLoad load, string? except, string change, CancellationToken cancel)
    {
        var status = await tour.Run.Api.StatusAsync(cancel);
        var victim = status.Replicas.Where(r => r.Name != except).OrderByDescending(r => r.ConfigLog).First();
        var process = tour.Process(ProcessLauncher.ReplicaProcess(victim.Name));
        TimeSpan failover;
        WaitAnswer wait;
        using (process.HoldRestart())
        {
            process.Kill();
            (wait, failover) = await tour.ApplyAsync(change, cancel);
            TourFailure.Unless(failover < Failover, $"a change took {failover.TotalSeconds:0.0} s after {victim.Name} was killed");
            await load.MoreAsync(50, tour, cancel);
        }
        var back = await tour.UntilAsync(s => Missing(s, victim.Name, wait.Revision), Rejoin, cancel);
        await ServesAsync(tour, victim, wait.Revision, cancel);
        return (victim.Name, $"{victim.Name}{(victim.ConfigLog ? " (config log)" : "")} killed: change on {wait.Acknowledged}/{wait.Concerned} proxies after {failover.TotalSeconds:0.0} s, back and caught up in {back.TotalSeconds:0.0} s");
    }

    private static string? Missing(StatusAnswer status, string name, ulong revision)
    {
        var replica = status.Replicas.FirstOrDefault(r => r.Name == name);
        if (replica is not { Status: "Up" }) return $"{name} is {replica?.Status ?? "not a member"}";
        return replica.Revision >= revision ? null : $"{name} is at revision {replica.Revision}, not {revision}";
    }

    /// <summary>Asks the replica itself, not any.</summary>
    private static async Task ServesAsync(TourContext tour, ReplicaStatus replica, ulong revision, CancellationToken cancel)
    {
        using var api = new MeshApi(tour.Run.Context with { ApiUrls = [$"https://{replica.Address}:9443"] }, tour.Time) { Patience = TimeSpan.FromSeconds(10) };
        var own = await api.StatusAsync(cancel);
        TourFailure.Unless(own.Revision >= revision, $"{replica.Name} serves revision {own.Revision}, not {revision}");
    }
}
