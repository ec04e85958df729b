using System.CommandLine;
using System.Text.Json;
using Mesh.Cli.Local;
using Mesh.Cli.Local.Detached;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl up</c>.</summary>
internal static class UpCommand
{
    private const string Examples =
        """
        meshctl up -f mesh.yaml
        meshctl up -f samples/shop --detach
        meshctl up -f mesh.yaml -f routes/ --state-dir /tmp/mesh1
        """;

    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var files = CommonOptions.Files(required: true, "A LocalMesh and the objects beside it: files or directories; may be repeated");
        var detach = new Option<bool>("--detach", "-d") { Description = "Return once the mesh is ready; `meshctl down` stops it" };
        var jit = new Option<bool>("--jit") { Description = "Use the sidecar's JIT build even where a native one could be made" };
        var output = CommonOptions.Output("table", "json");
        var report = new Option<int?>(DetachedUp.ReportOption) { Hidden = true };
        var command = new Command("up", "Run a whole mesh on loopback addresses: control plane, agent, gateways, and workloads with their sidecars. Ctrl-C stops it.")
        {
            files, detach, jit, output, report,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var options = new UpOptions(parsed.GetValue(files)!, parsed.GetValue(CommonOptions.StateDirectory), parsed.GetValue(jit));
            var json = parsed.GetValue(output) == "json";
            if (parsed.GetValue(detach)) return await DetachedUp.StartAsync(options, terminal, json, cancel);
            if (parsed.GetValue(report) is { } descriptor) return await DetachedUp.RunAsync(options, descriptor, time);
            return await RunAsync(options, terminal, json, time, run => Describe(Summary.Of(run), terminal, json));
        });
        HelpWithExamples.Add(command, Examples);
        return command;
    }

    /// <summary>Brings the mesh up, prints what <paramref name="describe"/> says of it, and keeps it until a signal.</summary>
    internal static async Task<int> RunAsync(UpOptions options, Terminal terminal, bool json, TimeProvider time, Func<MeshRun, string> describe)
    {
        using var interrupts = new Interrupts();
        try
        {
            await using var run = await terminal.WithProgressAsync(json, progress => MeshRun.StartAsync(options, progress, time, interrupts.Stop));
            terminal.Out.Write(describe(run));
            terminal.Out.Flush();
            await Signalled(interrupts.Stop);
            terminal.Error.WriteLine("stopping");
            await run.StopAsync(interrupts.Hurry);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (interrupts.Stop.IsCancellationRequested)
        {
            throw new CliException("interrupted; everything that was started is stopped");
        }
    }

    private static string Describe(Summary summary, Terminal terminal, bool json) =>
        json ? JsonSerializer.Serialize(summary, CommonOptions.Json) + "\n" : summary.Render(terminal) + "\nCtrl-C stops everything.\n";

    internal static Task Signalled(CancellationToken token)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(signalled.SetResult);
        return signalled.Task;
    }
}
