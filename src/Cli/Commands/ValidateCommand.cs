using System.CommandLine;
using Mesh.Cli.Documents;
using Mesh.Cli.Output;
using Mesh.Core.Schema;
using Mesh.Core.Validation;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl validate</c>: what <c>apply</c> would say, without a mesh.</summary>
internal static class ValidateCommand
{
    private const string Examples =
        """
        meshctl validate -f mesh/
        meshctl validate -f canary.yaml -o json
        kustomize build overlays/prod | meshctl validate -f -
        """;

    public static Command Create(Terminal terminal)
    {
        var files = CommonOptions.Files(required: true, "What to judge: a file, a directory, or - for standard input; may be repeated");
        var recursive = new Option<bool>("--recursive", "-R") { Description = "Read directories with all that are in them" };
        var space = CommonOptions.Namespace("Namespace of objects that name none");
        var output = CommonOptions.Output("text", "log", "json", "yaml");
        var command = new Command("validate", "Judge objects as apply does, offline; documents of kinds that are not the mesh's are named and skipped. Exit code 0: nothing or warnings only, 1: errors, 2: nothing could be judged.")
        {
            files, recursive, space, output,
        };
        command.SetAction(parsed =>
        {
            var documents = DocumentFiles.Read(parsed.GetValue(files)!, parsed.GetValue(space)!, Console.In, parsed.GetValue(recursive));
            if (documents.Count == 0) throw new CliException("nothing to validate: no document has any content", ExitCodes.Usage);
            var (own, foreign) = ForeignDocuments.Split(documents);
            var report = ValidationReport.Of(documents.Count, DocumentJudge.Judge(own).Select(ApiServerBounds.Check).SelectMany(d => d.Diagnostics), foreign);
            terminal.Out.Write(report.Render(parsed.GetValue(output)!));
            foreign.Note(terminal, "They are for others to judge.");
            return report.Errors > 0 ? ExitCodes.Failed : ExitCodes.Ok;
        });
        HelpWithExamples.Add(command, Examples);
        return command;
    }
}
