using System.Net.Sockets;
using Mesh.Bench.Peers;

namespace Mesh.Bench.Streaming;

/// <summary>Sends one long body at a time through each pair in turns, each direction by itself.</summary>
internal sealed class StreamingRun(StreamingOptions options, TextWriter progress)
{
    public async Task<IReadOnlyList<StreamingReport>> RunAsync(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mesh-bench-").FullName;
        using var application = new StreamServer();
        var peers = new PeerSet(options.Setup, folder, progress);
        var reports = new List<StreamingReport>();
        try
        {
            var running = new List<(IProxyPair Pair, StreamingReport Report)>();
            foreach (var name in options.Peers)
            {
                var started = await peers.StartAsync(name, application.EndPoint, cancellation);
                foreach (var direction in options.Directions)
                {
                    var report = new StreamingReport(name, direction) { Description = started.Description, Skipped = started.Skipped };
                    reports.Add(report);
                    if (started.Pair is { } pair)
                        running.Add((pair, report));
                }
            }

            // Round 0 warms up: connections between the proxies, code, buffers.
            for (var round = 0; round <= options.Rounds; round++)
                foreach (var direction in options.Directions)
                    foreach (var (pair, report) in running.Where(r => r.Report.Direction == direction && r.Report.Skipped is null))
                        await OneAsync(pair, report, round, cancellation);
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

    private async Task OneAsync(IProxyPair pair, StreamingReport report, int round, CancellationToken cancellation)
    {
        try
        {
            var figures = await Transfer.RunAsync(pair, report.Direction, options.Bytes, cancellation);
            if (round > 0)
                report.Rounds.Add(figures);
            progress.WriteLine($"round {round} {report.Name} {report.Direction}: {figures.MegabytesPerSecond:0} MB/s, {figures.CpuMilliseconds:0.00} ms CPU/MB");
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            report.Skipped = $"round {round}: {pair.Failure ?? e.Message}";
            progress.WriteLine($"  {report.Name} {report.Direction} failed: {report.Skipped}");
        }
    }
}
