using System.CommandLine;
using Mesh.Bench.Comparison;
using Mesh.Bench.LocalMesh;
using Mesh.Bench.Output;
using Mesh.Bench.Peers;

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
        var rest = new Option<double>("--rest") { Description = "seconds at rest before memory is taken and the load begins", DefaultValueFactory = _ => 15 };
        var warmup = new Option<double>("--warmup") { Description = "seconds of load on each before the first round", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "seconds a round", DefaultValueFactory = _ => 5 };
        var rounds = new Option<int>("--rounds") { Description = "rounds of each, in turns", DefaultValueFactory = _ => 7 };
        var body = new Option<int>("--body-bytes") { Description = $"size of a response, at most {LargestBody}", DefaultValueFactory = _ => 128 };
        var threads = new Option<int>("--threads") { Description = "haproxy's nbthread, nginx's worker_processes", DefaultValueFactory = _ => Environment.ProcessorCount };
        var variant = VariantOption.Create();
        var services = new Option<int>("--services") { Description = "Services in our mesh beside the one that is called" };
        var variantServices = new Option<int?>("--variant-services") { Description = "adds a second mesh with so many Services, to see in turns what their number costs" };
        var virtualServices = new Option<int>("--virtual-services") { Description = "VirtualServices in our mesh, the called service's among them; needs one service less" };
        var routes = new Option<int>("--routes") { Description = "routes of each VirtualService; the last one takes the request", DefaultValueFactory = _ => 20 };
        var common = new CommonOptions(defaultReplicas: 1);
        var command = new Command("load", "The same requests through a pair of our sidecars, of haproxy and of nginx, all with mutual TLS")
        {
            peers, connections, rate, rest, warmup, seconds, rounds, body, threads, variant, services, variantServices, virtualServices, routes,
        };
        common.AddTo(command);
        body.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > LargestBody)
                r.AddError($"--body-bytes must be from 1 to {LargestBody}");
        });

        command.Validators.Add(r =>
        {
            if (r.GetValue(virtualServices) - 1 > r.GetValue(services))
                r.AddError("--virtual-services: each but the first needs a service of its own (--services)");
            if (r.GetValue(variantServices) is { } other && other < Math.Max(0, r.GetValue(virtualServices) - 1))
                r.AddError("--variant-services must be enough for --virtual-services");
            if (r.GetValue(services) < 0 || r.GetValue(virtualServices) < 0)
                r.AddError("--services and --virtual-services must not be negative");
        });
        routes.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 1)
                r.AddError("--routes must be at least 1");
        });

        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = VariantOption.Read(parsed.GetRequiredValue(variant));
            var scale = new MeshScale(parsed.GetValue(services), parsed.GetValue(virtualServices), parsed.GetRequiredValue(routes));
            var variantScale = parsed.GetValue(variantServices) is { } other ? scale with { Services = other } : null;
            var options = new ComparisonOptions
            {
                Peers = settings.Count > 0 || variantScale is not null ? [.. parsed.GetRequiredValue(peers), "variant"] : parsed.GetRequiredValue(peers),
                Connections = parsed.GetRequiredValue(connections),
                Rate = parsed.GetValue(rate),
                Rest = TimeSpan.FromSeconds(parsed.GetRequiredValue(rest)),
                Warmup = TimeSpan.FromSeconds(parsed.GetRequiredValue(warmup)),
                Round = TimeSpan.FromSeconds(parsed.GetRequiredValue(seconds)),
                Rounds = parsed.GetRequiredValue(rounds),
                BodyBytes = parsed.GetRequiredValue(body),
                Setup = new PeerSetup
                {
                    Threads = parsed.GetRequiredValue(threads),
                    Replicas = parsed.GetRequiredValue(common.Replicas),
                    Scale = scale,
                    VariantScale = variantScale,
                    Variant = settings,
                    Meshctl = parsed.GetValue(common.Meshctl),
                    StartLimit = TimeSpan.FromSeconds(parsed.GetRequiredValue(common.StartLimit)),
                },
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
