using System.CommandLine;
using Mesh.Cli.Documents;
using Mesh.Cli.Output;
using Mesh.Core.Schema.Crds;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl crds</c>: the definitions of the mesh's objects for Kubernetes.</summary>
internal static class CrdsCommand
{
    public static Command Create(Terminal terminal)
    {
        var directory = new Option<string?>("--directory", "-d") { Description = "Write a file for each kind here, instead of all to standard output", HelpName = "DIR" };
        var command = new Command("crds", "Print the CustomResourceDefinitions of Istio's and the mesh's kinds, as Kubernetes needs them.") { directory };
        command.SetAction(parsed =>
        {
            var files = CrdFiles.All(ModelDescriptions.Load());
            if (parsed.GetValue(directory) is { } folder) Write(files, folder, terminal);
            else terminal.Out.Write(string.Join("---\n", files.Select(f => f.Text)));
            return ExitCodes.Ok;
        });
        HelpWithExamples.Add(command, "meshctl crds | kubectl apply --server-side -f -\nmeshctl crds -d deploy/crds");
        return command;
    }

    private static void Write(IEnumerable<(string Name, string Text)> files, string folder, Terminal terminal)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, text) in files)
            {
                File.WriteAllText(Path.Combine(folder, name), text);
                terminal.Out.WriteLine(Path.Combine(folder, name));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(e.Message, ExitCodes.Usage);
        }
    }
}
