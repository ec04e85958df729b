namespace Mesh.Core.Documents;

/// <summary>A place in a file; both from 1, the column 0 when not known.</summary>
public readonly record struct SourcePosition(int Line, int Column);
