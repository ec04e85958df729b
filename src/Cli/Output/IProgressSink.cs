namespace Mesh.Cli.Output;

/// <summary>Where a long command tells how far it is. Implementations are thread-safe.</summary>
internal interface IProgressSink
{
    /// <summary>What is being done now; replaces the step before it.</summary>
    void Step(string text);

    /// <summary>Something worth keeping on the screen.</summary>
    void Note(string text);
}
