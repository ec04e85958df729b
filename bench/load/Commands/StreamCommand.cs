using System.CommandLine;
using Mesh.Bench.Output;
using Mesh.Bench.Peers;
using Mesh.Bench.Streaming;

namespace Mesh.Bench.Commands;

/// <summary><c>mesh-bench stream</c>: one long body through our pair and haproxy's.</summary>
internal static class StreamCommand
{
    public static Command Create()
    {
        var peers = new Option<string[]>("--peers") { Description = "which, in this order", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["mesh", "haproxy", "direct"] };
        // nginx keeps a whole request body in a file before it forwards, and would need settings of its own to be compared.
        peers.AcceptOnlyFromAmong("mesh", "haproxy", "direct");
        var directions = new Option<StreamDirection[]>("--directions") { Description = "which way the body goes", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [StreamDirection.Download, StreamDirection.Upload] };
        var megabytes = new Option<int>("--megabytes") { Description = "size of a body", DefaultValueFactory = _ => 1024 };
        megabytes.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 1)
                r.AddError("--megabytes must be at least 1");
        });
        var rounds = new Option<int>("--rounds") { Description = "rounds of each, in turns", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "haproxy's nbthread", DefaultValueFactory = _ => Environment.ProcessorCount };
        var variant = VariantOption.Create();
        var common = new CommonOptions(defaultReplicas: 1);
        var command = new Command("stream", "One long body through a pair of our sidecars and of haproxy, both with mutual TLS") { peers, directions, megabytes, rounds, threads, variant };
        common.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = VariantOption.Read(parsed.GetRequiredValue(variant));
            var options = new StreamingOptions
            {
                Peers = settings.Count > 0 ? [.. parsed.GetRequiredValue(peers), "variant"] : parsed.GetRequiredValue(peers),
                Directions = parsed.GetRequiredValue(directions),
                Bytes = parsed.GetRequiredValue(megabytes) * 1024L * 1024,
                Rounds = parsed.GetRequiredValue(rounds),
                Keep = parsed.GetRequiredValue(common.Keep),
                Setup = new PeerSetup
                {
                    Threads = parsed.GetRequiredValue(threads),
                    Replicas = parsed.GetRequiredValue(common.Replicas),
                    Variant = settings,
                    Meshctl = parsed.GetValue(common.Meshctl),
                    StartLimit = TimeSpan.FromSeconds(parsed.GetRequiredValue(common.StartLimit)),
                },
            };
            var machine = MachineDescription.Read();
            var reports = await new StreamingRun(options, Console.Error).RunAsync(cancellation);
            if (parsed.GetRequiredValue(common.Output) == "json")
                StreamingOutput.WriteJson(Console.Out, options, machine, reports);
            else
                StreamingOutput.WriteTable(Console.Out, options, machine, reports);
            return reports.Any(r => r.Skipped is not null) ? 1 : 0;
        });
        return command;
    }
}
