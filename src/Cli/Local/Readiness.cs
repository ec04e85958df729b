using System.Net.Sockets;
using System.Text;
using Mesh.Cli.Client;
using Mesh.Cli.Local.Supervision;
using Mesh.Cli.Output;

namespace Mesh.Cli.Local;

/// <summary>Waits for the parts of a mesh that is coming up, and can say what is missing and why. Used by one caller at a time.</summary>
internal sealed class Readiness(MeshRun run, IProgressSink progress, TimeProvider time)
{
    private const int CrashesBeforeGivingUp = 3;
    private const int ExplainedProcesses = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GatewayPatience = TimeSpan.FromSeconds(10);

    /// <summary>What was missing when last looked.</summary>
    public string Missing { get; private set; } = "nothing was started";

    public Task WaitForReplicasAsync(CancellationToken cancel) => PollAsync(status =>
    {
        var up = status?.Replicas.Count(r => r.Status == "Up") ?? 0;
        return up == run.Plan.Replicas.Count ? null : $"{up} of {run.Plan.Replicas.Count} replicas are up";
    }, cancel);

    public Task WaitForProxiesAsync(ulong revision, CancellationToken cancel) => PollAsync(status =>
    {
        var wanted = run.Plan.Instances.Where(i => i.Proxy is not null).Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        var ready = status?.Proxies.Count(p => p.Connected && p.InSync && p.Revision >= revision && wanted.Contains(p.Id)) ?? 0;
        if (ready < wanted.Count) return $"{ready} of {wanted.Count} proxies are in sync with revision {revision}{FirstRefusal(status)}";
        var apps = run.Plan.Instances.Where(i => i.App is not null).Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        var healthy = status!.Workloads.Count(w => w.Health == "healthy" && apps.Contains(w.Id));
        return healthy == apps.Count ? null : $"{healthy} of {apps.Count} applications are healthy";
    }, cancel);

    /// <summary>
    /// A listener that cannot be bound is its Gateway object's trouble, not the mesh's: after a while it is only reported.
    /// </summary>
    public async Task WaitForGatewaysAsync(CancellationToken cancel)
    {
        foreach (var (id, _, address, port) in run.Files.GatewayListeners(run.Plan))
        {
            progress.Step($"waiting for gateway {id} to listen on {address}:{port}");
            var started = time.GetTimestamp();
            while (!await ListensAsync(address, port, cancel))
            {
                if (time.GetElapsedTime(started) > GatewayPatience)
                {
                    progress.Note($"warning: gateway {id} does not listen on {address}:{port}; see {run.State.Logs}");
                    break;
                }
                await Task.Delay(Interval, time, cancel);
            }
        }
    }

    /// <summary>The last words of processes that ended.</summary>
    public string Explain()
    {
        // What everything else waits for comes first; the others mostly fail for the same reason.
        var ended = run.Supervisor.Processes.Where(p => p.Ends > 0).OrderByDescending(p => p.Tier).ToArray();
        var text = new StringBuilder();
        foreach (var process in ended.Take(ExplainedProcesses))
        {
            text.Append(process.Name).Append(" ended ").Append(process.Ends).Append(" times, last with ").Append(process.LastExit).Append(". Its log ")
                .Append(process.LogFile).Append(" ends:\n");
            foreach (var line in LogFiles.Tail(process.LogFile, 8)) text.Append("    ").Append(line).Append('\n');
        }
        if (ended.Length > ExplainedProcesses) text.Append(ended.Length - ExplainedProcesses).Append(" more processes ended; logs: ").Append(run.State.Logs);
        return text.Length > 0 ? text.ToString().TrimEnd() : $"Logs: {run.State.Logs}";
    }

    private static string FirstRefusal(StatusAnswer? status) =>
        status?.Proxies.FirstOrDefault(p => p.Errors is { Count: > 0 }) is { } refusing ? $"; {refusing.Id} refused: {refusing.Errors![0]}" : "";

    private async Task PollAsync(Func<StatusAnswer?, string?> missing, CancellationToken cancel)
    {
        using var client = new MeshApi(run.Context, time) { Patience = TimeSpan.Zero };
        var shown = "";
        while (missing(await StatusAsync(client, cancel)) is { } what)
        {
            Missing = what;
            if (what != shown) progress.Step(shown = what);
            if (run.Supervisor.Processes.FirstOrDefault(p => p.Ends >= CrashesBeforeGivingUp) is { } crashing)
                throw new CliException($"{crashing.Name} does not stay up: {crashing.LastExit}\n{Explain()}");
            await Task.Delay(Interval, time, cancel);
        }
    }

    /// <summary>Null while no replica answers; that is what starting up looks like.</summary>
    private static async Task<StatusAnswer?> StatusAsync(MeshApi client, CancellationToken cancel)
    {
        try
        {
            return await client.StatusAsync(cancel);
        }
        catch (CliException)
        {
            return null;
        }
    }

    private static async Task<bool> ListensAsync(string address, int port, CancellationToken cancel)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(address, port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
