using System.CommandLine;
using System.CommandLine.Help;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary>The root command: what there is.</summary>
internal static class MeshctlCommand
{
    public static RootCommand Create(Terminal terminal)
    {
        var time = TimeProvider.System;
        var root = new RootCommand("Runs and configures a service mesh.")
        {
            CommonOptions.StateDirectory,
            CommonOptions.Context,
            UpCommand.Create(terminal, time),
            DemoCommand.Create(terminal, time),
            DownCommand.Create(terminal, time),
            ApplyCommand.Create(terminal, time),
            DeleteCommand.Create(terminal, time),
            GetCommand.Create(terminal, time),
            AnalyzeCommand.Create(terminal, time),
            StatusCommand.Create(terminal, time),
            ValidateCommand.Create(terminal),
            ConvertCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            CrdsCommand.Create(terminal),
            VersionCommand.Create(terminal, time),
        };
        root.Options.OfType<VersionOption>().ToList().ForEach(option => root.Options.Remove(option));
        if (root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction help } option2)
            option2.Action = new HelpWithExamples(help);
        return root;
    }

    /// <summary><c>meshctl up</c>, for messages.</summary>
    public static string PathOf(Command command) => command is RootCommand ? "meshctl" : $"meshctl {command.Name}";
}
