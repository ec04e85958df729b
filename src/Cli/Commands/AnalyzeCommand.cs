using System.Collections.Immutable;
using System.CommandLine;
using Mesh.Analysis;
using Mesh.Analysis.Messages;
using Mesh.Cli.Analysis;
using Mesh.Cli.Documents;
using Mesh.Cli.Output;
using Mesh.Core.Resources;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl analyze</c>: what is valid by itself and wrong in context.</summary>
internal static class AnalyzeCommand
{
    private const string Examples =
        """
        meshctl analyze -f mesh/
        meshctl analyze
        meshctl analyze -f canary.yaml --live --failure-threshold Warning
        meshctl analyze -f mesh/ -R --suppress "IST0118=Service legacy/*" -o json
        """;

    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var options = new AnalyzeOptions();
        var command = new Command(
            "analyze",
            "Find what is valid by itself and wrong in context: in files, in the running mesh (without files), or in both together. Codes are Istio's; docs/reference/analysis.md explains them. " +
            "Exit code 0: nothing at or above the failure threshold, 79: something, 1: the mesh could not be asked, 2: usage.");
        options.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(options.ListAnalyzers))
            {
                terminal.Out.Write(AnalyzerList.Render());
                return ExitCodes.Ok;
            }

            var input = await ReadAsync(parsed, options, time, cancel);
            ForeignDocuments.Split(input.Documents, d => !MeshAnalysis.Reads(d)).Foreign.Note(terminal, "No analyzer reads them.");
            var found = MeshAnalysis.Run(input, parsed.GetValue(options.Suppress) ?? []);
            if (parsed.GetValue(options.Namespace) is { } space) found = [.. found.Where(m => IsIn(m, space))];
            var report = new AnalysisReport([.. found.Where(m => m.Type.Level >= parsed.GetValue(options.OutputThreshold))], input.Documents.Length, input.Mesh is not null);
            report.Write(terminal, parsed.GetValue(options.Output)!);
            return found.Any(m => m.Type.Level >= parsed.GetValue(options.FailureThreshold)) ? ExitCodes.AnalyzerFoundIssues : ExitCodes.Ok;
        });
        HelpWithExamples.Add(command, Examples);
        return command;
    }

    private static async Task<AnalysisInput> ReadAsync(ParseResult parsed, AnalyzeOptions options, TimeProvider time, CancellationToken cancel)
    {
        string[] names = [.. parsed.GetValue(options.Files) ?? [], .. parsed.GetValue(options.Arguments) ?? []];
        var space = parsed.GetValue(options.Namespace) ?? "default";
        var documents = DocumentFiles.Read(names, space, Console.In, parsed.GetValue(options.Recursive));
        if (names.Length > 0 && documents.Count == 0) throw new CliException("nothing to analyse: no document has any content", ExitCodes.Usage);
        // Whoever names a mesh means it.
        var live = names.Length == 0 || parsed.GetValue(options.Live) || parsed.GetValue(CommonOptions.StateDirectory) is not null || parsed.GetValue(CommonOptions.Context) is not null;
        ImmutableArray<ObjectDocument> settings = parsed.GetValue(options.MeshConfigFile) is { } file ? MeshConfigFile.Read(file) : [];
        using var api = live ? parsed.Connect(time) : null;
        return new AnalysisInput
        {
            Documents = [.. documents, .. settings],
            Mesh = api is null ? null : await RunningMeshReader.ReadAsync(api, cancel),
            IgnoreUnknown = parsed.GetValue(options.IgnoreUnknown),
        };
    }

    // A Namespace is about itself; a document that is no object is shown whatever is asked for.
    private static bool IsIn(AnalysisMessage message, string space) =>
        message.Object is not { } key || key.Namespace == space || (key.Kind == "Namespace" && key.Name == space);
}
