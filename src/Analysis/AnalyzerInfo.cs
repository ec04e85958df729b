using System.Collections.Immutable;

namespace Mesh.Analysis;

/// <summary>An analyzer, for people.</summary>
public sealed record AnalyzerInfo(string Name, string Description, ImmutableArray<string> Codes);
