using System.Net;
using Mesh.Bench.Apps;
using Mesh.Bench.Load;
using Mesh.Bench.LocalMesh;
using Mesh.Bench.Peers;

namespace Mesh.Bench.Comparison;

/// <summary>
/// Starts every pair, warms each up, then measures them in turns, round by round, so that what else the machine does hits all alike.
/// All stay up the whole time: an idle pair costs next to nothing, and none gets the advantage of a fresh start.
/// </summary>
internal sealed class ComparisonRun(ComparisonOptions options, TextWriter progress)
{
    private static readonly TimeSpan PeerStart = TimeSpan.FromSeconds(20);
    private readonly List<LocalMeshRun> _meshes = [];

    public async Task<IReadOnlyList<PeerReport>> RunAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
        using var application = new AnswerServer(new string('x', options.BodyBytes));
        var running = new List<(IProxyPair Pair, PeerReport Report)>();
        var reports = options.Peers.Select(p => new PeerReport(p)).ToList();
        try
        {
            foreach (var report in reports)
                await StartAsync(report, folder, application.EndPoint, running, cancellation);
            await MeasureAsync(running, cancellation);
        }
        finally
        {
            foreach (var (pair, _) in running)
                pair.Dispose();
            foreach (var mesh in _meshes)
                mesh.Dispose();
            if (options.Keep)
                progress.WriteLine($"logs and files: {folder}");
            else
                Directory.Delete(folder, recursive: true);
        }

        return reports;
    }

    private async Task StartAsync(
        PeerReport report, string folder, IPEndPoint application, List<(IProxyPair, PeerReport)> running, CancellationToken cancellation)
    {
        progress.WriteLine($"starting {report.Name}");
        IProxyPair? pair = null;
        try
        {
            pair = await CreateAsync(report.Name, folder, application, cancellation);
            report.Description = pair.Description;
            await ReadyWait.RunAsync(pair, () => pair.Failure, report.Name is "mesh" or "variant" ? options.StartLimit : PeerStart, cancellation);
            if (pair.Secured is { } secured && await MutualTlsCheck.RunAsync(secured, pair.Host, cancellation) is { } open)
                throw new PeerUnavailableException($"no mutual TLS: {open}");
            running.Add((pair, report));
        }
        catch (PeerUnavailableException e)
        {
            pair?.Dispose();
            report.Skipped = e.Message;
            progress.WriteLine($"  skipped: {e.Message}");
        }
        catch
        {
            pair?.Dispose();
            throw;
        }
    }

    private async Task<IProxyPair> CreateAsync(string name, string folder, IPEndPoint application, CancellationToken cancellation)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        return name switch
        {
            "direct" => new DirectPair(application),
            "haproxy" => new HaproxyPair(own, new PeerCertificates(own), application, options.Threads),
            "nginx" => new NginxPair(own, new PeerCertificates(own), application, options.Threads),
            "mesh" => await StartMeshAsync(name, own, application, new Dictionary<string, string>(), cancellation),
            "variant" => await StartMeshAsync(name, own, application, options.Variant, cancellation),
            _ => throw new PeerUnavailableException("unknown peer; there are mesh, variant, haproxy, nginx and direct"),
        };
    }

    private async Task<IProxyPair> StartMeshAsync(
        string name, string folder, IPEndPoint application, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var mesh = new LocalMeshRun(folder, Binaries.FindMeshctl(options.Meshctl), MeshFiles.Pair(application, options.Replicas, options.Scale), environment);
        _meshes.Add(mesh);
        return await MeshPair.AttachAsync(name, mesh, "caller", "echo", options.StartLimit, cancellation);
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
                var before = (pair.ClientSide, pair.ServerSide);
                var load = await LoadAsync(pair, options.Round, cancellation);
                var figures = RoundFigures.From(load, before, (pair.ClientSide, pair.ServerSide));
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
