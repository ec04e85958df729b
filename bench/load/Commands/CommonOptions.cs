using System.CommandLine;

namespace Mesh.Bench.Commands;

/// <summary>What both commands need to bring a mesh up and to report.</summary>
internal sealed class CommonOptions(int defaultReplicas)
{
    public Option<int> Replicas { get; } = new("--replicas") { Description = "control-plane replicas of our mesh", DefaultValueFactory = _ => defaultReplicas };

    public Option<string?> Meshctl { get; } = new("--meshctl") { Description = "the meshctl to use; default: the newest build in this repository" };

    public Option<double> StartLimit { get; } = new("--start-limit") { Description = "seconds our mesh has to come up", DefaultValueFactory = _ => 300 };

    public Option<bool> Keep { get; } = new("--keep") { Description = "keep generated files and logs" };

    public Option<string> Output { get; } = OutputOption();

    public void AddTo(Command command)
    {
        command.Add(Replicas);
        command.Add(Meshctl);
        command.Add(StartLimit);
        command.Add(Keep);
        command.Add(Output);
    }

    private static Option<string> OutputOption()
    {
        var option = new Option<string>("--output", "-o") { Description = "table or json", DefaultValueFactory = _ => "table" };
        option.AcceptOnlyFromAmong("table", "json");
        return option;
    }
}
