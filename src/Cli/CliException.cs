namespace Mesh.Cli;

/// <summary>An expected failure: its message goes to stderr as it is, and <see cref="ExitCode"/> to the shell.</summary>
internal sealed class CliException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
