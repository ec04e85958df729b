using System.Globalization;

namespace Mesh.Core.Validation;

/// <summary>
/// Whether a text has the syntax of CEL (Common Expression Language): names and types are not looked up, because the proxy that
/// evaluates an expression decides which attributes there are. A recursive descent over the published grammar; depth is bounded, so hostile texts are cheap.
/// </summary>
internal sealed class CelSyntax
{
    private const int MaxDepth = 100;

    private static readonly string[] Relations = ["<=", ">=", "==", "!=", "<", ">"];

    private readonly string text;
    private int position;
    private int depth;

    private CelSyntax(string text) => this.text = text;

    private char Current => position < text.Length ? text[position] : '\0';

    /// <summary>What is wrong and where; null when the text is an expression.</summary>
    public static string? Problem(string text)
    {
        var parser = new CelSyntax(text);
        try
        {
            parser.Expression();
            if (parser.position < text.Length) throw parser.Unexpected();
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private void Expression()
    {
        if (++depth > MaxDepth) throw new FormatException($"nested more than {MaxDepth} levels deep");
        Or();
        if (Take("?"))
        {
            Or();
            Expect(":");
            Expression();
        }

        depth--;
    }

    private void Or()
    {
        do And(); while (Take("||"));
    }

    private void And()
    {
        do Relation(); while (Take("&&"));
    }

    private void Relation()
    {
        do Sum(); while (Array.Exists(Relations, Take) || TakeWord("in"));
    }

    private void Sum()
    {
        do Unary(); while (Take("+") || Take("-") || Take("*") || Take("/") || Take("%"));
    }

    private void Unary()
    {
        while (Take("!") || Take("-"))
        {
        }

        Primary();
        for (; ;)
        {
            if (Take("."))
            {
                Take("?");
                Identifier();
                if (Take("(")) List(")");
            }
            else if (Take("["))
            {
                Take("?");
                Expression();
                Expect("]");
            }
            else if (Take("{"))
            {
                Entries(); // the message type before it may have dots
            }
            else
            {
                return;
            }
        }
    }

    private void Primary()
    {
        Skip();
        if (Take("(")) { Expression(); Expect(")"); }
        else if (Take("[")) List("]");
        else if (Take("{")) Entries();
        else if (IsString()) String();
        else if (char.IsAsciiDigit(Current) || (Current == '.' && position + 1 < text.Length && char.IsAsciiDigit(text[position + 1]))) Number();
        else
        {
            Take(".");
            Identifier();
            if (Take("(")) List(")");
        }
    }

    private void List(string end)
    {
        while (!Take(end))
        {
            Take("?");
            Expression();
            if (Take(",")) continue;
            Expect(end);
            return;
        }
    }

    private void Entries()
    {
        while (!Take("}"))
        {
            Take("?");
            Expression();
            Expect(":");
            Expression();
            if (Take(",")) continue;
            Expect("}");
            return;
        }
    }

    private void Identifier()
    {
        Skip();
        if (Current == '`') // an escaped name of a field
        {
            var close = text.IndexOf('`', position + 1);
            if (close < 0) throw Unexpected();
            position = close + 1;
            return;
        }

        if (!char.IsAsciiLetter(Current) && Current != '_') throw Unexpected();
        while (char.IsAsciiLetterOrDigit(Current) || Current == '_') position++;
    }

    private void Number()
    {
        if (Current == '0' && position + 1 < text.Length && text[position + 1] is 'x' or 'X')
        {
            position += 2;
            if (!char.IsAsciiHexDigit(Current)) throw Unexpected();
            while (char.IsAsciiHexDigit(Current)) position++;
        }
        else
        {
            while (char.IsAsciiDigit(Current)) position++;
            if (Current == '.' && position + 1 < text.Length && char.IsAsciiDigit(text[position + 1]))
            {
                position++;
                while (char.IsAsciiDigit(Current)) position++;
            }

            if (Current is 'e' or 'E')
            {
                position++;
                if (Current is '+' or '-') position++;
                if (!char.IsAsciiDigit(Current)) throw Unexpected();
                while (char.IsAsciiDigit(Current)) position++;
            }
        }

        if (Current is 'u' or 'U') position++;
        if (char.IsAsciiLetterOrDigit(Current) || Current == '_') throw Unexpected();
    }

    private bool IsString()
    {
        var at = position;
        while (at < text.Length && at < position + 2 && text[at] is 'r' or 'R' or 'b' or 'B') at++;
        return at < text.Length && text[at] is '"' or '\'';
    }

    private void String()
    {
        var raw = false;
        for (; Current is not ('"' or '\''); position++) raw |= Current is 'r' or 'R';
        var quote = text[position];
        var mark = string.CompareOrdinal(text, position, new string(quote, 3), 0, 3) == 0 ? new string(quote, 3) : quote.ToString();
        var start = position;
        position += mark.Length;
        while (position < text.Length)
        {
            if (string.CompareOrdinal(text, position, mark, 0, mark.Length) == 0)
            {
                position += mark.Length;
                return;
            }

            if (mark.Length == 1 && Current is '\n' or '\r') break;
            position += Current == '\\' && !raw ? 2 : 1;
        }

        throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"the string at character {start + 1} has no end"));
    }

    private void Skip()
    {
        for (; ;)
        {
            while (char.IsWhiteSpace(Current)) position++;
            if (string.CompareOrdinal(text, position, "//", 0, 2) != 0) return;
            var end = text.IndexOf('\n', position);
            position = end < 0 ? text.Length : end;
        }
    }

    private bool Take(string symbol)
    {
        Skip();
        if (string.CompareOrdinal(text, position, symbol, 0, symbol.Length) != 0) return false;
        position += symbol.Length;
        return true;
    }

    private bool TakeWord(string word)
    {
        Skip();
        var end = position + word.Length;
        if (string.CompareOrdinal(text, position, word, 0, word.Length) != 0 || (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))) return false;
        position = end;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol)) throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"\"{symbol}\" is missing at character {position + 1}"));
    }

    private FormatException Unexpected() => position >= text.Length
        ? new("it ends too early")
        : new(string.Create(CultureInfo.InvariantCulture, $"unexpected \"{Current}\" at character {position + 1}"));
}
