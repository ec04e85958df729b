using System.Diagnostics;
using Mesh.Bench.Apps;
using Mesh.Bench.Load;
using Mesh.Bench.LocalMesh;
using Mesh.Bench.Peers;
using Mesh.Bench.Propagation;

namespace Mesh.Bench.Churn;

/// <summary>
/// Changes of every kind under a closed loop of load. What the sidecars hold is counted at rest, after as many changes as there are kinds (so that
/// pools and code are warm) and after all of them.
/// </summary>
internal sealed class ChurnRun(ChurnOptions options, TextWriter progress)
{
    /// <summary>Every kind, in both of its states.</summary>
    private const int WarmupChanges = 16;

    public async Task<ChurnReport> RunAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
        using var first = new AnswerServer("v1");
        using var second = new AnswerServer("v2");
        try
        {
            progress.WriteLine("starting the mesh");
            using var mesh = new LocalMeshRun(folder, Binaries.FindMeshctl(options.Meshctl), MeshFiles.TwoVersions(first.EndPoint, second.EndPoint, options.Replicas));
            using var pair = await MeshPair.AttachAsync("mesh", mesh, "caller", "echo-v1", options.StartLimit, cancellation);
            await ReadyWait.RunAsync(pair, () => pair.Failure, options.StartLimit, cancellation);
            return await ChurnAsync(mesh, pair, cancellation);
        }
        finally
        {
            if (options.Keep)
                progress.WriteLine($"logs and files: {folder}");
            else
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<ChurnReport> ChurnAsync(LocalMeshRun mesh, MeshPair pair, CancellationToken cancellation)
    {
        using var api = new MeshApi(mesh.Apis()[0], mesh.RootCertificate, mesh.AdminToken());
        var changes = new ChurnChanges(api);
        progress.WriteLine($"warming up with {WarmupChanges} changes");
        var (warmup, _) = await LoadedAsync(pair, changes, 0, WarmupChanges, TimeSpan.FromSeconds(8), cancellation);
        var before = await CountAsync(mesh, cancellation);
        progress.WriteLine($"{options.Changes} changes over {options.Duration.TotalSeconds:0} s");
        var (load, took) = await LoadedAsync(pair, changes, WarmupChanges, options.Changes, options.Duration, cancellation);
        var after = await CountAsync(mesh, cancellation);
        var sides = before.Zip(after, (b, a) => (b.Side, b.Holdings, a.Holdings)).ToList();
        var problems = sides.SelectMany(s => s.Item3.LeaksSince(s.Item2, options.Connections).Select(l => $"{s.Side}: {l}")).ToList();
        if (load.Errors + warmup.Errors > 0)
            problems.Add($"{load.Errors + warmup.Errors} requests failed: {load.FirstError ?? warmup.FirstError}");
        return new ChurnReport(pair.Description, options.Changes, took.TotalSeconds, load, sides, problems);
    }

    /// <summary>Makes changes evenly over a time, under load from the first to the last.</summary>
    private async Task<(LoadResult Load, TimeSpan Took)> LoadedAsync(
        MeshPair pair, ChurnChanges changes, int first, int count, TimeSpan duration, CancellationToken cancellation)
    {
        var generator = new LoadGenerator(pair.Entry, Requests.Get(pair.Host), options.Connections);
        using var done = new CancellationTokenSource();
        var load = Task.Factory.StartNew(
            () => generator.Run(TimeSpan.MaxValue, null, cancellation, done.Token), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var start = Stopwatch.GetTimestamp();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var wait = duration * i / count - Stopwatch.GetElapsedTime(start);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, cancellation);
                await changes.MakeAsync(first + i, cancellation);
            }
        }
        finally
        {
            await done.CancelAsync();
        }

        return (await load, Stopwatch.GetElapsedTime(start));
    }

    private async Task<List<(string Side, Holdings Holdings)>> CountAsync(LocalMeshRun mesh, CancellationToken cancellation)
    {
        progress.WriteLine($"at rest for {options.Rest.TotalSeconds:0} s");
        await Task.Delay(options.Rest, cancellation);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var all = new List<(string, Holdings)>();
        foreach (var name in new[] { "caller", "echo-v1", "echo-v2" })
        {
            var workload = mesh.TryFindWorkload(name) ?? throw new InvalidOperationException($"workload {name} is gone");
            all.Add((name, await Holdings.OfAsync(mesh.SidecarProcess(name), workload.Address, http, cancellation)));
        }

        return all;
    }
}
