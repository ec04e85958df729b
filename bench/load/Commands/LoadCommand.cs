using System.CommandLine;
using Mesh.Bench.Comparison;
using Mesh.Bench.Output;

namespace Mesh.Bench.Commands;

/// <summary><c>mesh-bench load</c>: the same work through our pair, haproxy's and nginx's.</summary>
internal static class LoadCommand
{
    /// <summary>What one read of the application's or generator's buffer holds beside the headers.</summary>
    private const int LargestBody = 32 * 1024;

    public static Command Create()
    {
        var peers = new Option<string[]>("--peers") { Description = "which, in this order", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["mesh", "haproxy", "nginx", "direct"] };
        var connections = new Option<int>("--connections") { Description = "keep-alive connections", DefaultValueFactory = _ => 32 };
        var rate = new Option<double?>("--rate") { Description = "requests/s due at fixed times, instead of the closed loop" };
        var warmup = new Option<double>("--warmup") { Description = "seconds of load on each before the first round", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "seconds a round", DefaultValueFactory = _ => 5 };
        var rounds = new Option<int>("--rounds") { Description = "rounds of each, in turns", DefaultValueFactory = _ => 7 };
        var body = new Option<int>("--body-bytes") { Description = $"size of a response, at most {LargestBody}", DefaultValueFactory = _ => 128 };
        var threads = new Option<int>("--threads") { Description = "haproxy's nbthread, nginx's worker_processes", DefaultValueFactory = _ => Environment.ProcessorCount };
        var variant = new Option<string[]>("--variant") { Description = "NAME=VALUE: adds a second mesh with this in its environment, to compare a setting in turns", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var common = new CommonOptions(defaultReplicas: 1);
        var command = new Command("load", "The same requests through a pair of our sidecars, of haproxy and of nginx, all with mutual TLS")
        {
            peers, connections, rate, warmup, seconds, rounds, body, threads, variant,
        };
        common.AddTo(command);
        body.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > LargestBody)
                r.AddError($"--body-bytes must be from 1 to {LargestBody}");
        });

        variant.Validators.Add(r =>
        {
            if (r.Tokens.FirstOrDefault(t => t.Value.IndexOf('=') < 1) is { } wrong)
                r.AddError($"--variant: '{wrong.Value}' is not NAME=VALUE");
        });

        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = parsed.GetRequiredValue(variant).ToDictionary(v => v[..v.IndexOf('=')], v => v[(v.IndexOf('=') + 1)..]);
            var options = new ComparisonOptions
            {
                Peers = settings.Count > 0 ? [.. parsed.GetRequiredValue(peers), "variant"] : parsed.GetRequiredValue(peers),
                Variant = settings,
                Connections = parsed.GetRequiredValue(connections),
                Rate = parsed.GetValue(rate),
                Warmup = TimeSpan.FromSeconds(parsed.GetRequiredValue(warmup)),
                Round = TimeSpan.FromSeconds(parsed.GetRequiredValue(seconds)),
                Rounds = parsed.GetRequiredValue(rounds),
                BodyBytes = parsed.GetRequiredValue(body),
                Threads = parsed.GetRequiredValue(threads),
                Replicas = parsed.GetRequiredValue(common.Replicas),
                Meshctl = parsed.GetValue(common.Meshctl),
                StartLimit = TimeSpan.FromSeconds(parsed.GetRequiredValue(common.StartLimit)),
                Keep = parsed.GetRequiredValue(common.Keep),
            };
            var machine = MachineDescription.Read();
            var reports = await new ComparisonRun(options, Console.Error).RunAsync(cancellation);
            if (parsed.GetRequiredValue(common.Output) == "json")
                ComparisonOutput.WriteJson(Console.Out, options, machine, reports);
            else
                ComparisonOutput.WriteTable(Console.Out, options, machine, reports);
            return reports.Any(r => r.Skipped is not null) ? 1 : 0;
        });
        return command;
    }
}
