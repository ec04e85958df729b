namespace Mesh.Cli.Local.Supervision;

/// <summary>
/// A program to start. <see cref="FileName"/> is looked up on PATH unless it has a slash; the environment is exactly
/// <see cref="Environment"/>. Standard input is empty unless <see cref="Descriptors"/> names descriptor 0; output is appended to
/// <see cref="LogFile"/>.
/// </summary>
internal sealed record SpawnRequest(
    string FileName, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory, string LogFile)
{
    /// <summary>Descriptors of this process that the child gets, as (ours, the child's number).</summary>
    public IReadOnlyList<(int Ours, int Childs)> Descriptors { get; init; } = [];
}
