using System.Text.Json;
using Mesh.Cli.Client;
using Mesh.Cli.Output;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;

namespace Mesh.Cli.Commands;

/// <summary>What <c>apply</c> and <c>delete</c> print: a line for each object, warnings and errors on stderr, then how far it got.</summary>
internal static class ChangeReport
{
    public static int Write(Terminal terminal, ApplyAnswer answer, WaitAnswer? wait, bool json, bool dryRun)
    {
        if (json)
            terminal.Out.WriteLine(JsonSerializer.Serialize(new { answer.Revision, DryRun = dryRun, answer.Results, Wait = wait }, CommonOptions.Json));
        else
            WriteLines(terminal, answer, wait, dryRun);
        foreach (var warning in Findings.Warnings(answer)) terminal.Error.WriteLine(warning);
        foreach (var error in Findings.Errors(answer)) terminal.Error.WriteLine(error);
        var problems = wait is null ? [] : WaitOption.Problems(wait).ToArray();
        foreach (var problem in problems) terminal.Error.WriteLine(problem);
        return answer.AnyRefused || problems.Length > 0 ? ExitCodes.Failed : ExitCodes.Ok;
    }

    /// <summary><c>virtualservice/reviews</c>, with its namespace when that is not <c>default</c>.</summary>
    public static string NameOf(string? key)
    {
        if (!ObjectKey.TryParse(key, out var parsed)) return key ?? "?";
        var kind = KindRegistry.Find(parsed)?.Singular ?? parsed.ShortKind.ToLowerInvariant();
        return parsed.Namespace is "" or "default" ? $"{kind}/{parsed.Name}" : $"{kind}/{parsed.Name} -n {parsed.Namespace}";
    }

    private static void WriteLines(Terminal terminal, ApplyAnswer answer, WaitAnswer? wait, bool dryRun)
    {
        foreach (var result in answer.Results)
        {
            if (result.Action == "refused") continue; // its errors say so on stderr
            var action = result.Action == "notfound" ? "not found" : result.Action;
            terminal.Out.WriteLine($"{NameOf(result.Key)} {action}{(dryRun ? " (dry run)" : "")}");
        }
        if (wait is not null) terminal.Out.WriteLine($"{wait.Acknowledged}/{wait.Concerned} proxies");
    }
}
