using System.Diagnostics;
using Mesh.Bench.Apps;
using Mesh.Bench.LocalMesh;
using Mesh.Bench.Peers;

namespace Mesh.Bench.Propagation;

/// <summary>
/// Flips a VirtualService between two subsets, over and over, and measures how long each change takes until a request is routed by
/// it. Changes go one at a time: the next starts when every proxy acknowledged the one before.
/// </summary>
internal sealed class PropagationRun(PropagationOptions options, TextWriter progress)
{
    public async Task<PropagationReport> RunAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
        using var first = new AnswerServer("v1");
        using var second = new AnswerServer("v2");
        try
        {
            var yaml = MeshFiles.TwoVersions(first.EndPoint, second.EndPoint, options.Replicas);
            progress.WriteLine("starting the mesh");
            using var mesh = new LocalMeshRun(folder, Binaries.FindMeshctl(options.Meshctl), yaml);
            using var pair = await MeshPair.AttachAsync("mesh", mesh, "caller", "echo-v1", options.StartLimit, cancellation);
            await ReadyWait.RunAsync(pair, () => pair.Failure, options.StartLimit, cancellation);
            return await FlipAsync(mesh, pair, cancellation);
        }
        finally
        {
            if (options.Keep)
                progress.WriteLine($"logs and files: {folder}");
            else
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<PropagationReport> FlipAsync(LocalMeshRun mesh, MeshPair pair, CancellationToken cancellation)
    {
        using var api = new MeshApi(mesh.Apis()[0], mesh.RootCertificate, mesh.AdminToken());
        using var prober = new Prober(pair.Entry, pair.Host);
        var report = new PropagationReport($"{pair.Description}; {options.Replicas} replicas; one change at a time");
        for (var change = -options.Warmup; change < options.Changes; change++)
        {
            // Even ones to v2: the mesh starts out with v1, and 0 and every warm-up change must be changes too.
            var one = await ChangeAsync(api, prober, change % 2 == 0 ? "v2" : "v1", cancellation);
            if (change < 0)
                continue;
            report.Accepted.Add(one.Accepted.TotalMilliseconds);
            report.InForce.Add(one.InForce.TotalMilliseconds);
            report.Acknowledged.Add(one.Acknowledged.TotalMilliseconds);
            report.Probes += one.Probes;
            if ((change + 1) % 50 == 0)
                progress.WriteLine($"{change + 1} changes");
        }

        return report;
    }

    private async Task<Change> ChangeAsync(MeshApi api, Prober prober, string version, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var seen = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watch = Task.Factory.StartNew(
            () => prober.Watch(version, seen, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var start = Stopwatch.GetTimestamp();
            var applied = await api.ApplyAsync(MeshFiles.RouteTo(version), cancellation);
            var accepted = Stopwatch.GetElapsedTime(start);
            if (applied.Action == "unchanged")
                throw new InvalidOperationException($"the change to {version} was none");
            await api.WaitAsync(applied, cancellation);
            var acknowledged = Stopwatch.GetElapsedTime(start);
            var inForce = Stopwatch.GetElapsedTime(start, await seen.Task.WaitAsync(options.ChangeLimit, cancellation));
            await stop.CancelAsync();
            return new Change(accepted, inForce, acknowledged, await watch);
        }
        finally
        {
            await stop.CancelAsync();
            await watch;
        }
    }

    private sealed record Change(TimeSpan Accepted, TimeSpan InForce, TimeSpan Acknowledged, ProbeCounts Probes);
}
