namespace Mesh.Core.Documents;

/// <summary>
/// Cuts a text at its <c>---</c> lines, so that a document that cannot be parsed does not take the following ones with it. YAML
/// allows no <c>---</c> at the start of a line inside a document, not even in a block scalar.
/// </summary>
internal static class DocumentSplitter
{
    /// <summary>One document and the line of the text its first line is, 1-based.</summary>
    public readonly record struct Piece(string Text, int Line);

    public static IEnumerable<Piece> Split(string text)
    {
        var start = 0;
        var startLine = 1;
        var line = 1;
        for (var position = 0; position < text.Length;)
        {
            if (position > start && IsMarker(text, position))
            {
                yield return new(text[start..position], startLine);
                (start, startLine) = (position, line);
            }

            var end = text.IndexOf('\n', position);
            if (end < 0) break;
            position = end + 1;
            line++;
        }

        if (start < text.Length) yield return new(text[start..], startLine);
    }

    private static bool IsMarker(string text, int position) =>
        string.CompareOrdinal(text, position, "---", 0, 3) == 0
        && (position + 3 == text.Length || text[position + 3] is '\n' or '\r' or ' ' or '\t');
}
