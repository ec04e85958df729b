using System.CommandLine;
using Mesh.Cli.Client;
using Mesh.Cli.Documents;
using Mesh.Cli.Local;
using Mesh.Cli.Output;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl apply</c>.</summary>
internal static class ApplyCommand
{
    private const string Examples =
        """
        meshctl apply -f canary.yaml --wait
        meshctl apply -f mesh/ --dry-run
        sed 's/weight: 90/weight: 50/' canary.yaml | meshctl apply -f - --wait=10s -o json
        """;

    private const string Advice = "They are for others: apply them with kubectl where they are needed.";

    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var files = CommonOptions.Files(required: true, "What to apply: a file, a directory, or - for standard input; may be repeated");
        var wait = WaitOption.Create();
        var dryRun = new Option<bool>("--dry-run") { Description = "Have it judged, but change nothing" };
        var output = CommonOptions.Output("table", "json");
        var command = new Command("apply", "Create or change objects. Each document is judged on its own; what is refused is reported with its place and reason. Documents of kinds that are not the mesh's (Deployment, ServiceAccount, ...) are named and skipped.")
        {
            files, wait, dryRun, output,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var (documents, foreign) = Read(parsed.GetValue(files)!, terminal);
            if (documents.Length == 0 && foreign.All.Length > 0) throw new CliException($"nothing to apply: {foreign.Count}. {Advice}");
            if (documents.Length == 0) throw new CliException("nothing to apply: no document has any content", ExitCodes.Usage);
            using var api = parsed.Connect(time);
            var answer = await api.ApplyAsync(new ApplyRequest(parsed.GetValue(dryRun), documents), cancel);
            answer = answer with { Results = [.. answer.Results, .. foreign.ToResults()] };
            var acknowledged = parsed.GetResult(wait) is { Implicit: false } && !parsed.GetValue(dryRun) && answer.Results.Any(r => r.IsInForce)
                ? await WaitOption.WaitAsync(api, answer, parsed.GetValue(wait) ?? WaitOption.Default, cancel)
                : null;
            var code = ChangeReport.Write(terminal, answer, acknowledged, parsed.GetValue(output) == "json", parsed.GetValue(dryRun));
            foreign.Note(terminal, Advice);
            return code;
        });
        HelpWithExamples.Add(command, Examples);
        return command;
    }

    /// <summary>A LocalMesh among the documents is the input of <c>up</c>, not an object; applying the rest of its file is what people mean.</summary>
    private static (ApplyDocument[] Documents, ForeignDocuments Foreign) Read(string[] files, Terminal terminal)
    {
        var (all, foreign) = ForeignDocuments.Split(DocumentFiles.Read(files, "default", Console.In));
        foreach (var mesh in all.Where(IsLocalMesh))
            terminal.Error.WriteLine($"warning: {mesh.File}:{mesh.Document}  LocalMesh {mesh.Key?.Name}  is read by `meshctl up` only; changes to it take effect at the next start.");
        return ([.. all.Where(d => !IsLocalMesh(d)).Select(MeshFiles.ToApply)], foreign);
    }

    private static bool IsLocalMesh(ObjectDocument document) => document.Key?.Kind == KindRegistry.LocalMesh.QualifiedKind;
}
