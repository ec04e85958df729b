using System.Collections;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mesh.Cli.Commands;
using Mesh.Cli.Local.State;
using Mesh.Cli.Local.Supervision;
using Mesh.Cli.Output;
using Microsoft.Win32.SafeHandles;

namespace Mesh.Cli.Local.Detached;

/// <summary>
/// <c>up --detach</c>: the supervisor runs as a process of its own session, and tells the command how far it is over a pipe. The pipe
/// closing without "ready" is how the command learns that it failed, however it did.
/// </summary>
internal static class DetachedUp
{
    public const string ReportOption = "--report-to";
    private const int ReportDescriptor = 3;

    /// <summary>The command's half: starts the supervisor and follows its report.</summary>
    public static async Task<int> StartAsync(UpOptions options, Terminal terminal, bool json, CancellationToken cancel)
    {
        var state = options.StateDirectory is { } given ? new StateDirectory(given) : StateDirectory.ForName(MeshFiles.Load(options.Files).Name);
        state.Create();
        var ends = new int[2];
        if (Posix.Pipe(ends, Posix.CloseOnExec) != 0) throw new IOException($"pipe: {Marshal.GetLastPInvokeErrorMessage()}");
        using var reader = new StreamReader(new FileStream(new SafeFileHandle(ends[0], ownsHandle: true), FileAccess.Read, bufferSize: 0));
        using (new SafeFileHandle(ends[1], ownsHandle: true)) ChildProcess.Start(Request(options, state, ends[1]));
        var (summary, failure) = await terminal.WithProgressAsync(json, progress => FollowAsync(reader, progress, cancel));
        if (summary is null) throw new CliException(failure ?? $"the supervisor ended before the mesh was ready; see {state.Log("up")}");
        terminal.Out.Write(json ? JsonSerializer.Serialize(summary, CommonOptions.Json) + "\n" : summary.Render(terminal) + $"  meshctl down{(summary.IsDefaultPlace ? "" : $" --state-dir {state.Root}")}\n");
        return ExitCodes.Ok;
    }

    /// <summary>The supervisor's half.</summary>
    public static async Task<int> RunAsync(UpOptions options, int descriptor, TimeProvider time)
    {
        using var interrupts = new Interrupts();
        using var report = new PipeReport(descriptor);
        try
        {
            await using var run = await MeshRun.StartAsync(options, report, time, interrupts.Stop);
            report.Finish(new ReportLine(Ready: Summary.Of(run)));
            await UpCommand.Signalled(interrupts.Stop);
            await run.StopAsync(interrupts.Hurry);
            return ExitCodes.Ok;
        }
        catch (CliException e)
        {
            report.Finish(new ReportLine(Failure: e.Message));
            throw;
        }
    }

    private static async Task<(Summary? Summary, string? Failure)> FollowAsync(StreamReader reader, IProgressSink progress, CancellationToken cancel)
    {
        while (await reader.ReadLineAsync(cancel) is { } text)
        {
            var line = JsonSerializer.Deserialize<ReportLine>(text, PipeReport.Json)!;
            if (line.Step is not null) progress.Step(line.Step);
            if (line.Note is not null) progress.Note(line.Note);
            if (line.Ready is not null || line.Failure is not null) return (line.Ready, line.Failure);
        }
        return (null, null);
    }

    private static SpawnRequest Request(UpOptions options, StateDirectory state, int pipe)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
        string[] arguments = ["up", .. options.Files.SelectMany(f => (string[])["-f", f]), "--state-dir", state.Root, ReportOption, $"{ReportDescriptor}", .. options.Jit ? ["--jit"] : Array.Empty<string>()];
        var host = Environment.ProcessPath!;
        // `dotnet meshctl.dll` rather than the program of its own name: then the host needs the assembly as its first argument.
        if (Path.GetFileName(host) == "dotnet") arguments = [Path.Combine(AppContext.BaseDirectory, "meshctl.dll"), .. arguments];
        return new SpawnRequest(host, arguments, environment, Environment.CurrentDirectory, state.Log("up")) { Descriptors = [(pipe, ReportDescriptor)] };
    }
}
