using Mesh.Analysis;
using Mesh.Cli.Output;

namespace Mesh.Cli.Analysis;

/// <summary>The output of <c>analyze --list-analyzers</c>.</summary>
internal static class AnalyzerList
{
    public static string Render()
    {
        var table = new TextTable("NAME", "CHECKS THAT", "CODES");
        foreach (var analyzer in MeshAnalysis.Analyzers) table.Add(analyzer.Name, analyzer.Description, string.Join(",", analyzer.Codes));
        return table.ToString();
    }
}
