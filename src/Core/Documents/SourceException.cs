namespace Mesh.Core.Documents;

/// <summary>A document cannot be parsed at all; caught by the reader, which makes a diagnostic of it.</summary>
internal sealed class SourceException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
