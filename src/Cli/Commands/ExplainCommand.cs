using System.CommandLine;
using Mesh.Cli.Documents;
using Mesh.Cli.Output;
using Mesh.Core.Schema;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl explain</c>: what a field means, and what the mesh does with it.</summary>
internal static class ExplainCommand
{
    private const string Examples =
        """
        meshctl explain virtualservice
        meshctl explain vs.http.retries
        meshctl explain destinationrule.spec.trafficPolicy --recursive
        meshctl explain peerauthentication.mtls.mode -o json
        """;

    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("KIND[.FIELD.PATH]") { Description = "A kind by any of its names, and a field of its spec" };
        var recursive = new Option<bool>("--recursive") { Description = "All fields below, not only the next ones" };
        var output = CommonOptions.Output("text", "json", "yaml");
        var command = new Command("explain", "Say what a kind or a field means, what it takes, and how the mesh enforces it.") { name, recursive, output };
        command.SetAction(parsed =>
        {
            var explainer = new Explainer(ModelDescriptions.Load());
            if (!explainer.TryExplain(parsed.GetValue(name)!, parsed.GetValue(recursive), out var found, out var error)) throw new CliException(error, ExitCodes.Usage);
            terminal.Out.Write(ExplanationOutput.Render(found, parsed.GetValue(output)!, terminal));
            return ExitCodes.Ok;
        });
        HelpWithExamples.Add(command, Examples);
        return command;
    }
}
