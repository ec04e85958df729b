namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>One set of objects and where it has the fault; nowhere for a near miss.</summary>
/// <param name="Code">The message.</param>
/// <param name="What">The case, a few words.</param>
/// <param name="Objects">In the short form of <see cref="Analysed.Yaml"/>.</param>
/// <param name="Expected"><c>Kind namespace/name path</c>.</param>
public sealed record Case(string Code, string What, string Objects, params string[] Expected)
{
    public string Title => $"{Code} {What}";
}
