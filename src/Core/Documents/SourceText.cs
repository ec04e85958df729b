using System.Text;

namespace Mesh.Core.Documents;

/// <summary>What a text must be before it is worth parsing.</summary>
internal static class SourceText
{
    /// <summary>Of all documents together, in characters; 10,000 VirtualServices have some 20 million.</summary>
    public const int MaxCharacters = 256 * 1024 * 1024;

    /// <summary>Documents in one text.</summary>
    public const int MaxDocuments = 100_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file; throws <see cref="SourceException"/> where it is not UTF-8.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 2 && (bytes[0], bytes[1]) is (0xFE, 0xFF) or (0xFF, 0xFE))
            throw new SourceException(1, "the text is UTF-16; save it as UTF-8");
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + bytes[..Math.Clamp(e.Index, 0, bytes.Length)].Count((byte)'\n');
            throw new SourceException(line, "the text is not UTF-8; save it as UTF-8");
        }
    }

    /// <summary>Refuses a document for its size and for characters YAML does not have.</summary>
    public static void Check(DocumentSplitter.Piece piece)
    {
        if (piece.Text.Length > YamlTree.MaxCharacters)
            throw new SourceException(piece.Line, $"the document is larger than {YamlTree.MaxCharacters / 1024} KiB");
        if (piece.Text.IndexOf('\0') is var at and >= 0)
            throw new SourceException(piece.Line + piece.Text.AsSpan(0, at).Count('\n'), "not valid YAML: the line has a null character");
    }

    /// <summary>Whether a text has half of a pair of UTF-16, which no UTF-8 can say; escapes can make one.</summary>
    public static bool HasHalfCharacter(string text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange('\ud800', '\udfff') is var at and >= 0)
        {
            if (at + 1 >= rest.Length || !char.IsSurrogatePair(rest[at], rest[at + 1])) return true;
            rest = rest[(at + 2)..];
        }

        return false;
    }

    /// <summary>So many lines from the start, the last with its end.</summary>
    public static string FirstLines(string text, int count)
    {
        var end = 0;
        for (var i = 0; i < count; i++)
        {
            end = text.IndexOf('\n', end) + 1;
            if (end == 0) return text;
        }

        return text[..end];
    }

    /// <summary>The first line (from 1) within bounds that has a tab in its indentation; 0 when none has.</summary>
    public static int LineIndentedByTab(string text, int first, int last)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (++number < first) continue;
            if (number > last) break;
            var indentation = line.IndexOfAnyExcept(' ', '\t');
            if ((indentation < 0 ? line : line[..indentation]).Contains('\t')) return number;
        }

        return 0;
    }
}
