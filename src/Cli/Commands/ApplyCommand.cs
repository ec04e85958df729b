using System.CommandLine;
using Mesh.Cli.Client;
using Mesh.Cli.Documents;
using Mesh.Cli.Local;
using Mesh.Cli.Output;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

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
        var command = new Command("apply", "Create or change objects. Each document is judged on its own; what is refused is reported with its place and reason. Documents of kinds that are not the mesh's (Deployment, ServiceAccount, ...) are named and skipped. "
            + "Up to 5,000 documents of 8 MiB together are one request and come in force in one step; a larger set is judged as a whole first, refused as a whole if anything is wrong, and then sent in several, in order, each a step of its own.")
        {
            files, wait, dryRun, output,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var (documents, foreign) = Read(parsed.GetValue(files)!, terminal);
            var parts = ChangeParts.OfDocuments(documents.Select(MeshFiles.ToApply));
            if (parts.Count > 1) ThrowIfAnyIsWrong(documents);
            if (documents.Length == 0 && foreign.All.Length > 0) throw new CliException($"nothing to apply: {foreign.Count}. {Advice}");
            if (documents.Length == 0) throw new CliException("nothing to apply: no document has any content", ExitCodes.Usage);
            using var api = parsed.Connect(time);
            var answer = await new ChangeSender(api, terminal.Error.WriteLine).ApplyAsync(parsed.GetValue(dryRun), parts, cancel);
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
    private static (ObjectDocument[] Documents, ForeignDocuments Foreign) Read(string[] files, Terminal terminal)
    {
        var (all, foreign) = ForeignDocuments.Split(DocumentFiles.Read(files, "default", Console.In));
        foreach (var mesh in all.Where(IsLocalMesh))
            terminal.Error.WriteLine($"warning: {mesh.File}:{mesh.Document}  LocalMesh {mesh.Key?.Name}  is read by `meshctl up` only; changes to it take effect at the next start.");
        return ([.. all.Where(d => !IsLocalMesh(d))], foreign);
    }

    /// <summary>Of a set in several parts none is sent while anything in it is wrong: found in the last part, it would leave the others in force.</summary>
    private static void ThrowIfAnyIsWrong(ObjectDocument[] documents)
    {
        var errors = DocumentJudge.Judge(documents).SelectMany(d => d.Diagnostics).Where(d => d.Severity == Severity.Error).Select(d => d.ToString()).ToArray();
        if (errors.Length > 0) throw new CliException($"{string.Join('\n', errors)}\nNothing was applied: a set too large for one request is applied only when all of it is right.");
    }

    private static bool IsLocalMesh(ObjectDocument document) => document.Key?.Kind == KindRegistry.LocalMesh.QualifiedKind;
}
