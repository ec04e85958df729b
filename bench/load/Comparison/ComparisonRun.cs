using Mesh.Bench.Apps;
using Mesh.Bench.Load;
using Mesh.Bench.Peers;

namespace Mesh.Bench.Comparison;

/// <summary>
/// Starts every pair, warms each up, then measures them in turns, round by round, so that what else the machine does hits all alike.
/// All stay up the whole time: an idle pair costs next to nothing, and none gets the advantage of a fresh start.
/// </summary>
internal sealed class ComparisonRun(ComparisonOptions options, TextWriter progress)
{
    public async Task<IReadOnlyList<PeerReport>> RunAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
        using var application = new AnswerServer(new string('x', options.BodyBytes));
        var peers = new PeerSet(options.Setup, folder, progress);
        var running = new List<(IProxyPair Pair, PeerReport Report)>();
        var reports = options.Peers.Select(p => new PeerReport(p)).ToList();
        try
        {
            foreach (var report in reports)
            {
                var started = await peers.StartAsync(report.Name, application.EndPoint, cancellation);
                (report.Description, report.Skipped) = (started.Description, started.Skipped);
                if (started.Pair is { } pair)
                    running.Add((pair, report));
            }

            await MeasureAsync(running, cancellation);
        }
        finally
        {
            peers.Dispose();
            if (options.Keep)
                progress.WriteLine($"logs and files: {folder}");
            else
                Directory.Delete(folder, recursive: true);
        }

        return reports;
    }

    private async Task MeasureAsync(List<(IProxyPair Pair, PeerReport Report)> running, CancellationToken cancellation)
    {
        // What they hold at rest, not what starting took.
        progress.WriteLine($"at rest for {options.Rest.TotalSeconds:0} s");
        await Task.Delay(options.Rest, cancellation);
        foreach (var (pair, report) in running)
            report.Idle = (pair.ClientSide, pair.ServerSide);
        foreach (var (pair, report) in running)
        {
            progress.WriteLine($"warming up {report.Name}");
            await LoadAsync(pair, options.Warmup, cancellation);
        }

        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var (pair, report) in running)
            {
                var allocated = await pair.AllocatedAsync(cancellation);
                var before = (pair.ClientSide, pair.ServerSide);
                var load = await LoadAsync(pair, options.Round, cancellation);
                var after = (pair.ClientSide, pair.ServerSide);
                var more = await pair.AllocatedAsync(cancellation);
                var figures = RoundFigures.From(load, before, after, (more.Client - allocated.Client, more.Server - allocated.Server));
                report.Rounds.Add(figures);
                report.FirstError ??= load.FirstError;
                progress.WriteLine($"round {round} {report.Name}: {figures.RequestsPerSecond:0} requests/s, {figures.CpuMicroseconds:0.0} us CPU");
            }
        }

        foreach (var (pair, report) in running)
        {
            if (await pair.VerifyAsync(report.Requests, cancellation) is { } wrong)
                report.Skipped = $"measured, but not valid: {wrong}";
        }
    }

    /// <summary>On a thread of its own, which a generator that polls keeps for itself.</summary>
    private Task<LoadResult> LoadAsync(IProxyPair pair, TimeSpan duration, CancellationToken cancellation)
    {
        var generator = new LoadGenerator(pair.Entry, Requests.Get(pair.Host), options.Connections);
        return Task.Factory.StartNew(
            () => generator.Run(duration, options.Rate, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
