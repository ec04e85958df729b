using System.CommandLine;
using Mesh.Bench.Churn;
using Mesh.Bench.Output;
using Mesh.Bench.Peers;

namespace Mesh.Bench.Commands;

/// <summary><c>mesh-bench churn</c>: changes of every kind under load; ends with 1 when a request failed or something leaked.</summary>
internal static class ChurnCommand
{
    public static Command Create()
    {
        var changes = new Option<int>("--changes") { Description = "changes counted", DefaultValueFactory = _ => 200 };
        var seconds = new Option<double>("--seconds") { Description = "time over which they are spread", DefaultValueFactory = _ => 60 };
        var connections = new Option<int>("--connections") { Description = "keep-alive connections of the load, a closed loop", DefaultValueFactory = _ => 32 };
        var rest = new Option<double>("--rest") { Description = "seconds of rest before what the sidecars hold is counted", DefaultValueFactory = _ => 20 };
        var common = new CommonOptions(defaultReplicas: 1);
        var command = new Command("churn", "Changes of every kind under load: fails when a request does, or when something leaks") { changes, seconds, connections, rest };
        common.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new ChurnOptions
            {
                Changes = parsed.GetRequiredValue(changes),
                Duration = TimeSpan.FromSeconds(parsed.GetRequiredValue(seconds)),
                Connections = parsed.GetRequiredValue(connections),
                Rest = TimeSpan.FromSeconds(parsed.GetRequiredValue(rest)),
                Replicas = parsed.GetRequiredValue(common.Replicas),
                Meshctl = parsed.GetValue(common.Meshctl),
                StartLimit = TimeSpan.FromSeconds(parsed.GetRequiredValue(common.StartLimit)),
                Keep = parsed.GetRequiredValue(common.Keep),
            };
            var machine = MachineDescription.Read();
            try
            {
                var report = await new ChurnRun(options, Console.Error).RunAsync(cancellation);
                if (parsed.GetRequiredValue(common.Output) == "json")
                    ChurnOutput.WriteJson(Console.Out, machine, report);
                else
                    ChurnOutput.WriteTable(Console.Out, machine, report);
                return report.Problems.Count == 0 ? 0 : 1;
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
