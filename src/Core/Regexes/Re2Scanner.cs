using System.Globalization;
using System.Text;

namespace Mesh.Core.Regexes;

/// <summary>Walks over an expression, character by character.</summary>
internal sealed class Re2Scanner(string text)
{
    public int Position { get; private set; }

    public bool AtEnd => Position >= text.Length;

    /// <summary>The next UTF-16 unit; null character at the end.</summary>
    public char Next => Peek(0);

    public char Peek(int offset) => Position + offset < text.Length ? text[Position + offset] : '\0';

    public void Rewind(int position) => Position = position;

    public string Since(int start) => text[start..Position];

    public Rune Read()
    {
        if (AtEnd) throw new Re2SyntaxException("ends too early");
        if (Rune.DecodeFromUtf16(text.AsSpan(Position), out var rune, out var length) != System.Buffers.OperationStatus.Done)
            throw new Re2SyntaxException("contains half of a character");
        Position += length;
        return rune;
    }

    public bool Skip(char c)
    {
        if (AtEnd || Next != c) return false;
        Position++;
        return true;
    }

    public bool SkipText(string expected)
    {
        if (string.CompareOrdinal(text, Position, expected, 0, expected.Length) != 0) return false;
        Position += expected.Length;
        return true;
    }

    /// <summary>The text up to <paramref name="end"/>, which is skipped; null, and nothing read, when it does not follow.</summary>
    public string? ReadUntil(string end)
    {
        var at = text.IndexOf(end, Position, StringComparison.Ordinal);
        if (at < 0) return null;
        var result = text[Position..at];
        Position = at + end.Length;
        return result;
    }

    /// <summary><c>{2}</c>, <c>{2,}</c>, <c>{2,5}</c>; anything else is text, and nothing is read then.</summary>
    public bool TryReadCount(out int min, out int? max)
    {
        (min, max) = (0, null);
        var start = Position;
        if (Skip('{') && TryReadNumber(out min))
        {
            if (Skip('}'))
            {
                max = min;
                return true;
            }

            if (Skip(','))
            {
                if (Skip('}')) return true;
                if (TryReadNumber(out var upper) && Skip('}'))
                {
                    max = upper;
                    return true;
                }
            }
        }

        Position = start;
        return false;
    }

    // Large numbers are only told apart from allowed ones; a leading zero makes it text, as in RE2.
    private bool TryReadNumber(out int number)
    {
        var start = Position;
        while (char.IsAsciiDigit(Next)) Position++;
        number = 0;
        if (Position == start || (Position - start > 1 && text[start] == '0')) return false;
        number = Position - start > 8 ? 100_000_000 : int.Parse(text.AsSpan(start, Position - start), NumberStyles.None, CultureInfo.InvariantCulture);
        return true;
    }
}
