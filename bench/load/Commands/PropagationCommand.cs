using System.CommandLine;
using Mesh.Bench.Output;
using Mesh.Bench.Peers;
using Mesh.Bench.Propagation;

namespace Mesh.Bench.Commands;

/// <summary><c>mesh-bench propagation</c>: how long a change takes from apply to in force.</summary>
internal static class PropagationCommand
{
    public static Command Create()
    {
        var changes = new Option<int>("--changes") { Description = "changes measured", DefaultValueFactory = _ => 200 };
        var warmup = new Option<int>("--warmup") { Description = "changes before them, an even number", DefaultValueFactory = _ => 20 };
        warmup.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is var value && (value < 0 || value % 2 != 0))
                r.AddError("--warmup must be an even number");
        });
        var common = new CommonOptions(defaultReplicas: 3);
        var command = new Command("propagation", "Time from applying a VirtualService until requests are routed by it") { changes, warmup };
        common.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new PropagationOptions
            {
                Changes = parsed.GetRequiredValue(changes),
                Warmup = parsed.GetRequiredValue(warmup),
                Replicas = parsed.GetRequiredValue(common.Replicas),
                Meshctl = parsed.GetValue(common.Meshctl),
                StartLimit = TimeSpan.FromSeconds(parsed.GetRequiredValue(common.StartLimit)),
                Keep = parsed.GetRequiredValue(common.Keep),
            };
            var machine = MachineDescription.Read();
            try
            {
                var report = await new PropagationRun(options, Console.Error).RunAsync(cancellation);
                if (parsed.GetRequiredValue(common.Output) == "json")
                    PropagationOutput.WriteJson(Console.Out, machine, report);
                else
                    PropagationOutput.WriteTable(Console.Out, machine, report);
                return 0;
            }
            catch (PeerUnavailableException e)
            {
                Console.Error.WriteLine($"mesh-bench: {e.Message}");
                return 1;
            }
        });
        return command;
    }
}
