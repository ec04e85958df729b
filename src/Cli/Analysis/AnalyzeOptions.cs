using System.CommandLine;
using Mesh.Analysis;
using Mesh.Analysis.Messages;
using Mesh.Cli.Commands;

namespace Mesh.Cli.Analysis;

/// <summary>The options of <c>meshctl analyze</c>; named as istioctl's where it has them.</summary>
internal sealed class AnalyzeOptions
{
    public Argument<string[]> Arguments { get; } = new("FILE") { Description = "As -f", Arity = ArgumentArity.ZeroOrMore };

    public Option<string[]> Files { get; } = CommonOptions.Files(required: false, "What to analyse: a file, a directory, or - for standard input; may be repeated");

    public Option<bool> Recursive { get; } = new("--recursive", "-R") { Description = "Directories with all that is in them" };

    public Option<bool> Live { get; } = new("--live") { Description = "Files together with the running mesh, as they would be after apply; implied by --state-dir and --context" };

    public Option<string?> Namespace { get; } = new("--namespace", "-n") { Description = "Only messages about objects of this namespace; also the namespace of objects that name none", HelpName = "NS" };

    public Option<bool> AllNamespaces { get; } = new("--all-namespaces", "-A") { Description = "Messages about objects of all namespaces (the default)" };

    public Option<MessageLevel> FailureThreshold { get; } = Level("--failure-threshold", "Exit code 79 from messages of this level on", MessageLevel.Error);

    public Option<MessageLevel> OutputThreshold { get; } = Level("--output-threshold", "Print messages from this level on", MessageLevel.Info);

    public Option<Suppression[]> Suppress { get; } = new("--suppress", "-S")
    {
        Description = "Leave out messages of one code about some objects, with * and ? as wildcards: \"IST0102=Namespace frontend\", \"IST0118=Service */legacy-*\"; may be repeated",
        HelpName = "CODE=KIND NS/NAME", AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var parsed = new List<Suppression>();
            foreach (var token in result.Tokens)
                if (Suppression.TryParse(token.Value, out var suppression, out var problem)) parsed.Add(suppression);
                else result.AddError(problem);
            return [.. parsed];
        },
    };

    public Option<string> Output { get; } = CommonOptions.Output("log", "json", "yaml");

    public Option<bool> ListAnalyzers { get; } = new("--list-analyzers", "-L") { Description = "Print what is checked, and analyse nothing" };

    public Option<string?> MeshConfigFile { get; } = new("--meshConfigFile") { Description = "The mesh's settings: a MeshConfig object, or the settings alone as Istio's mesh config file has them", HelpName = "FILE" };

    public Option<bool> IgnoreUnknown { get; } = new("--ignore-unknown") { Description = "Say nothing about documents that cannot be read or are of unknown kinds" };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Arguments);
        foreach (var option in (Option[])[Files, Recursive, Live, Namespace, AllNamespaces, FailureThreshold, OutputThreshold, Suppress, Output, ListAnalyzers, MeshConfigFile, IgnoreUnknown])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(AllNamespaces) && result.GetValue(Namespace) is not null) result.AddError("--namespace and --all-namespaces exclude each other");
        });
    }

    private static Option<MessageLevel> Level(string name, string description, MessageLevel otherwise) => new(name)
    {
        Description = $"{description}: {string.Join(", ", Enum.GetNames<MessageLevel>())}", HelpName = "LEVEL", DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            if (Enum.TryParse<MessageLevel>(result.Tokens[0].Value, ignoreCase: true, out var level) && Enum.IsDefined(level)) return level;
            result.AddError($"'{result.Tokens[0].Value}' is not a level; use {string.Join(", ", Enum.GetNames<MessageLevel>())}");
            return otherwise;
        },
    };
}
