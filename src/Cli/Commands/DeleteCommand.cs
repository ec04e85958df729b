using System.CommandLine;
using System.CommandLine.Parsing;
using Mesh.Cli.Client;
using Mesh.Cli.Documents;
using Mesh.Cli.Output;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl delete</c>.</summary>
internal static class DeleteCommand
{
    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var files = CommonOptions.Files(required: false, "Delete the objects these files name");
        var kind = KindNames.Argument();
        var names = new Argument<string[]>("NAME") { Description = "Names of objects", Arity = ArgumentArity.ZeroOrMore };
        var space = CommonOptions.Namespace("Namespace of the objects that are named on the command line");
        var wait = WaitOption.Create();
        var output = CommonOptions.Output("table", "json");
        var command = new Command("delete", "Delete objects by file, or by kind and name.") { kind, names, files, space, wait, output };
        command.Validators.Add(result => Validate(result, files, names));
        command.SetAction(async (parsed, cancel) =>
        {
            var keys = parsed.GetValue(files) is { Length: > 0 } given ? KeysOf(given, terminal) : Named(parsed.GetValue(kind)!, parsed.GetValue(names)!, parsed.GetValue(space)!);
            using var api = parsed.Connect(time);
            var answer = await new ChangeSender(api, terminal.Error.WriteLine).DeleteAsync(ChangeParts.OfKeys(keys.Select(k => k.ToString())), cancel);
            var acknowledged = parsed.GetResult(wait) is { Implicit: false } ? await WaitOption.WaitAsync(api, answer, parsed.GetValue(wait) ?? WaitOption.Default, cancel) : null;
            var code = ChangeReport.Write(terminal, answer, acknowledged, parsed.GetValue(output) == "json", dryRun: false);
            return answer.Results.Any(r => r.Action == "notfound") ? ExitCodes.Failed : code;
        });
        HelpWithExamples.Add(command, "meshctl delete virtualservice reviews\nmeshctl delete vs reviews ratings -n shop\nmeshctl delete -f canary.yaml --wait");
        return command;
    }

    private static void Validate(CommandResult result, Option<string[]> files, Argument<string[]> names)
    {
        var byFile = result.GetValue(files) is { Length: > 0 };
        var byName = result.GetValue(names) is { Length: > 0 };
        if (byFile == byName) result.AddError("give either -f FILE, or KIND and NAME");
    }

    /// <summary>The objects the files name, in reverse: what was applied last goes first. A LocalMesh is not an object of the API.</summary>
    private static IEnumerable<ObjectKey> KeysOf(string[] files, Terminal terminal)
    {
        var (documents, foreign) = ForeignDocuments.Split(DocumentFiles.Read(files, "default", Console.In));
        foreign.Note(terminal, "They are for others: delete them with kubectl where they are.");
        foreach (var document in documents.Reverse())
        {
            if (document.Object?.Spec is LocalMesh) continue;
            yield return document.Key ?? throw new CliException(string.Join('\n', document.Diagnostics));
        }
    }

    private static IEnumerable<ObjectKey> Named(KindInfo kind, string[] names, string space) =>
        names.Select(name => new ObjectKey(kind.QualifiedKind, kind.Namespaced ? space : "", name));
}
