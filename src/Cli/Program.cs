using System.CommandLine;
using System.Runtime.Versioning;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;

[assembly: SupportedOSPlatform("linux")]

namespace Mesh.Cli;

/// <summary><c>meshctl</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => RunAsync(args, Terminal.Standard());

    /// <summary>Runs one command line; expected failures become a message and an exit code here and nowhere else.</summary>
    internal static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        var parsed = MeshctlCommand.Create(terminal).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await terminal.Error.WriteLineAsync($"meshctl: {error.Message}");
            await terminal.Error.WriteLineAsync($"See `{MeshctlCommand.PathOf(parsed.CommandResult.Command)} --help`.");
            return ExitCodes.Usage;
        }
        try
        {
            // Ctrl-C and SIGTERM are handled where they mean something, by up and demo; elsewhere the default is right.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            });
        }
        catch (CliException e)
        {
            await terminal.Error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
    }
}
