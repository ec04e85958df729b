using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Analysis.Messages;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;
using Mesh.Core.Documents;

namespace Mesh.Cli.Analysis;

/// <summary>What <c>analyze</c> prints: a line for each message and once what each code means; or all of it as data, with Istio's names of the fields.</summary>
internal sealed class AnalysisReport(ImmutableArray<AnalysisMessage> messages, int documents, bool live)
{
    public void Write(Terminal terminal, string format)
    {
        if (format == "log")
        {
            WriteLog(terminal);
            return;
        }

        var data = messages.Select(m => new
        {
            m.Type.Code, m.Type.Name, Level = m.Type.Level.ToString(), m.Origin, m.Reference, m.Path, Message = m.Text, m.Type.Meaning, m.Type.Advice,
        });
        if (format == "json") terminal.Out.WriteLine(JsonSerializer.Serialize(data, CommonOptions.Json));
        else terminal.Out.Write(YamlWriter.Write(JsonSerializer.SerializeToElement(data, CommonOptions.Json)));
    }

    private void WriteLog(Terminal terminal)
    {
        foreach (var message in messages)
        {
            var text = message.ToString();
            var level = message.Type.Level.ToString();
            terminal.Out.WriteLine(Coloured(terminal, message.Type.Level, level) + text[level.Length..]);
        }

        if (messages.IsEmpty)
        {
            terminal.Out.WriteLine($"{terminal.Good("✔")} Nothing found in {What()}.");
            return;
        }

        terminal.Out.WriteLine();
        foreach (var type in messages.Select(m => m.Type).Distinct().OrderBy(t => t.Code, StringComparer.Ordinal))
            terminal.Out.WriteLine($"{type.Code} {type.Name}: {type.Meaning} {type.Advice}");
        var counts = messages.GroupBy(m => m.Type.Level).OrderByDescending(g => g.Key).Select(g => $"{g.Count()} {g.Key.ToString().ToLowerInvariant()}{(g.Count() == 1 || g.Key == MessageLevel.Info ? "" : "s")}");
        terminal.Error.WriteLine($"{string.Join(", ", counts)} in {What()}");
    }

    private string What() => (documents, live) switch
    {
        (0, _) => "the running mesh",
        (_, true) => $"{Documents()} together with the running mesh",
        _ => Documents(),
    };

    private string Documents() => documents == 1 ? "1 document" : $"{documents} documents";

    private static string Coloured(Terminal terminal, MessageLevel level, string text) => level switch
    {
        MessageLevel.Error => terminal.Bad(text),
        MessageLevel.Warning => terminal.Caution(text),
        _ => terminal.Strong(text),
    };
}
