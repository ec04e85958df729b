namespace Mesh.Core.Documents;

/// <summary>Something that YAML reads otherwise than it looks.</summary>
internal readonly record struct SourceSurprise(int Line, int Column, string Reason, string Hint);
