using System.CommandLine;
using System.Text.Json;
using Mesh.Cli.Local;
using Mesh.Cli.Local.Programs;
using Mesh.Cli.Local.Tour;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl demo</c>: <c>up</c> on the sample shop, with a tour; with <c>--verify</c> the tour as assertions.</summary>
internal static class DemoCommand
{
    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var verify = new Option<bool>("--verify") { Description = "Run the tour as assertions, print each with its figures, stop everything; exit code 1 if any fails" };
        var jit = new Option<bool>("--jit") { Description = "Use the sidecar's JIT build even where a native one could be made" };
        var output = CommonOptions.Output("table", "json");
        var command = new Command("demo", "Run the sample shop on a whole mesh on loopback, and show what to try. Ctrl-C stops it.") { verify, jit, output };
        command.SetAction(async (parsed, _) =>
        {
            var options = new UpOptions([FindShop()], parsed.GetValue(CommonOptions.StateDirectory), parsed.GetValue(jit));
            var json = parsed.GetValue(output) == "json";
            return parsed.GetValue(verify) ? await VerifyAsync(options, terminal, json, time) : await ShowAsync(options, terminal, json, time);
        });
        HelpWithExamples.Add(command, "meshctl demo\nmeshctl demo --verify\nmeshctl demo --verify -o json");
        return command;
    }

    private static string FindShop()
    {
        var programs = ProgramLocator.Default();
        var home = Environment.GetEnvironmentVariable("MESH_HOME") is { Length: > 0 } given ? given : programs.SourceTree ?? AppContext.BaseDirectory;
        var shop = Path.Combine(home, "samples", "shop");
        return Directory.Exists(shop) ? shop : throw new CliException($"the sample shop is not in {shop}; set MESH_HOME to the directory that has samples/shop");
    }

    private static Task<int> ShowAsync(UpOptions options, Terminal terminal, bool json, TimeProvider time) =>
        UpCommand.RunAsync(options, terminal, json, time, run =>
        {
            var summary = Summary.Of(run);
            var meshctl = ProgramLocator.Default().IsSourceBuild ? "dotnet run --project src/Cli --" : "meshctl";
            return json ? JsonSerializer.Serialize(summary, CommonOptions.Json) + "\n" : $"{summary.Render(terminal)}\n{TourText.For(summary, meshctl)}\n\nCtrl-C stops everything.\n";
        });

    private static async Task<int> VerifyAsync(UpOptions options, Terminal terminal, bool json, TimeProvider time)
    {
        using var interrupts = new Interrupts();
        // A fresh mesh of its own, unless asked otherwise: the assertions count requests and change routes.
        var own = options.StateDirectory is null ? Directory.CreateTempSubdirectory("mesh-verify-").FullName : null;
        options = options with { StateDirectory = own ?? options.StateDirectory };
        var started = time.GetTimestamp();
        try
        {
            var results = await RunTourAsync(options, terminal, json, time, interrupts);
            var failed = results.Count(r => !r.Passed);
            if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(results, CommonOptions.Json));
            else terminal.Out.WriteLine($"{results.Count - failed} of {results.Count} passed in {time.GetElapsedTime(started).TotalSeconds:0} s");
            if (failed > 0) throw new CliException($"logs: {options.StateDirectory}/logs");
            if (own is not null) Directory.Delete(own, recursive: true);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (interrupts.Stop.IsCancellationRequested)
        {
            throw new CliException("interrupted; everything that was started is stopped");
        }
    }

    private static async Task<IReadOnlyList<StopResult>> RunTourAsync(UpOptions options, Terminal terminal, bool json, TimeProvider time, Interrupts interrupts)
    {
        // With -o json standard output is the result and nothing else.
        var started = time.GetTimestamp();
        await using var run = await terminal.WithProgressAsync(json, sink => MeshRun.StartAsync(options, sink, time, interrupts.Stop));
        (json ? terminal.Error : terminal.Out).WriteLine($"up in {time.GetElapsedTime(started).TotalSeconds:0.0} s: {run.Plan.Replicas.Count} replicas, 1 agent, {run.Plan.Instances.Count(i => i.Proxy is not null)} proxies");
        return await Tour.RunAsync(run, terminal, quiet: json, time, interrupts.Stop);
    }
}
