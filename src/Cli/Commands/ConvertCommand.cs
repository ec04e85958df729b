using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cli.Documents;
using Mesh.Cli.Output;
using Mesh.Core.Conversion;
using Mesh.Core.Documents;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl convert</c>: objects of former versions, and Ingresses, as the current objects.</summary>
internal static class ConvertCommand
{
    private const string Examples =
        """
        meshctl convert -f old/ > new.yaml
        kubectl get ingress,services -A -o yaml | meshctl convert -f -
        meshctl convert -f ingress.yaml --to gateway-api
        """;

    public static Command Create(Terminal terminal)
    {
        var files = CommonOptions.Files(required: true, "What to convert: a file, a directory, or - for standard input; may be repeated");
        var recursive = new Option<bool>("--recursive", "-R") { Description = "Read directories with all that are in them" };
        var space = CommonOptions.Namespace("Namespace of objects that name none, where it matters");
        var target = new Option<string>("--to") { Description = "What Ingresses become: istio, gateway-api", HelpName = "API", DefaultValueFactory = _ => "istio" };
        target.AcceptOnlyFromAmong("istio", "gateway-api");
        var output = CommonOptions.Output("yaml", "json");
        var command = new Command("convert", "Bring objects to their current version and fields, and Ingresses to Gateways and routes. What cannot be carried over is named on standard error; exit code 1 then.")
        {
            files, recursive, space, target, output,
        };
        command.SetAction(parsed =>
        {
            var documents = DocumentFiles.Read(parsed.GetValue(files)!, parsed.GetValue(space)!, Console.In, parsed.GetValue(recursive));
            if (documents.Count == 0) throw new CliException("nothing to convert: no document has any content", ExitCodes.Usage);
            var (own, foreign) = ForeignDocuments.Split(documents, d => d.IsForeign && d.Key?.Kind != KindRegistry.Ingress.QualifiedKind);
            var converter = new Converter(documents, parsed.GetValue(target) == "istio" ? IngressTarget.Istio : IngressTarget.GatewayApi);
            var converted = own.Select(d => (Document: d, Result: converter.Convert(d))).ToArray();
            foreign.Note(terminal, "They are not in the output.");
            terminal.Out.Write(Render([.. converted.SelectMany(c => c.Result.Objects)], parsed.GetValue(output)!));
            return Report(converted, parsed.GetValue(space)!, terminal) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        HelpWithExamples.Add(command, Examples);
        return command;
    }

    private static string Render(JsonObject[] objects, string format)
    {
        if (objects.Length == 0) return "";
        if (format == "yaml") return string.Join("---\n", objects.Select(o => YamlWriter.Write(JsonSerializer.SerializeToElement(o))));
        var whole = objects is [var only] ? only : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. objects]) };
        return whole.ToJsonString(CommonOptions.Json) + "\n";
    }

    // True when something is lost, or when what came of a document would be refused.
    private static bool Report((ObjectDocument Document, Conversion Result)[] converted, string space, Terminal terminal)
    {
        var failed = false;
        foreach (var (document, result) in converted)
        {
            foreach (var remark in result.Remarks)
                terminal.Error.WriteLine(new Diagnostic(
                    remark.IsLoss ? Severity.Error : Severity.Warning, document.File, document.Document, document.Line, document.Key, remark.Path, (remark.IsLoss ? "not converted: " : "note: ") + remark.Text));
            failed |= result.Remarks.Any(r => r.IsLoss);
            foreach (var found in result.Objects)
                foreach (var error in ObjectReader.Read(found.ToJsonString(), document.File, space, document.Document).SelectMany(d => d.Diagnostics).Where(d => d.Severity == Severity.Error))
                {
                    failed = true;
                    terminal.Error.WriteLine($"{error} (in what came of it)");
                }
        }

        return failed;
    }
}
