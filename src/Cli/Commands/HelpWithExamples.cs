using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Mesh.Cli.Commands;

/// <summary>The library's help, followed by the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string> Examples = [];

    public static void Add(Command command, string examples) => Examples.Add(command, examples);

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        if (!Examples.TryGetValue(parseResult.CommandResult.Command, out var examples)) return result;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var line in examples.Split('\n')) output.WriteLine("  " + line);
        output.WriteLine();
        return result;
    }
}
