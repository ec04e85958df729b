using System.Globalization;
using System.Text;

namespace Mesh.Core.Regexes;

/// <summary>What a backslash and the characters after it stand for, inside and outside of classes.</summary>
internal static class Re2Escapes
{
    /// <summary><c>\d</c>, <c>\W</c>, <c>\pL</c>, <c>\P{Lu}</c> and the like; null, and nothing read, for other escapes.</summary>
    public static CodePointSet? TryReadSet(Re2Scanner scanner, Re2Flags flags)
    {
        var letter = scanner.Peek(1);
        if (letter is 'p' or 'P') return ReadCategory(scanner, flags);
        if (NamedSets.Perl(char.ToLowerInvariant(letter)) is not { } set) return null;
        scanner.Read();
        scanner.Read();
        return Finish(set, char.IsAsciiLetterUpper(letter), flags);
    }

    /// <summary>An escape that stands for one character.</summary>
    public static Rune ReadCharacter(Re2Scanner scanner)
    {
        scanner.Read();
        if (scanner.AtEnd) throw new Re2SyntaxException("a backslash at the end");
        var c = scanner.Read();
        switch (c.Value)
        {
            case 'a': return new Rune('\a');
            case 'f': return new Rune('\f');
            case 'n': return new Rune('\n');
            case 'r': return new Rune('\r');
            case 't': return new Rune('\t');
            case 'v': return new Rune('\v');
            case 'x': return ReadHexadecimal(scanner);
            case '0': return new Rune(ReadOctal(scanner, 0));
            case >= '1' and <= '7' when scanner.Next is >= '0' and <= '7': return new Rune(ReadOctal(scanner, c.Value - '0'));
            case >= '1' and <= '9': throw new Re2SyntaxException("back-references are not of RE2: they do not run in linear time");
        }

        if (c.IsAscii && !char.IsAsciiLetterOrDigit((char)c.Value)) return c;
        throw new Re2SyntaxException(c.Value switch
        {
            'Z' => @"\Z is not of RE2; use \z",
            'G' or 'K' or 'k' or 'g' or 'X' or 'R' or 'h' or 'H' or 'N' or 'V' or 'E' or 'u' or 'U' => $@"\{c} is not of RE2",
            _ => $@"\{c} stands for nothing",
        });
    }

    public static CodePointSet Finish(CodePointSet set, bool negated, Re2Flags flags)
    {
        if (flags.IgnoreCase) set = CaseFolding.Fold(set);
        return negated ? set.Complement() : set;
    }

    private static CodePointSet ReadCategory(Re2Scanner scanner, Re2Flags flags)
    {
        scanner.Read();
        var negated = scanner.Read().Value == 'P';
        if (scanner.AtEnd) throw new Re2SyntaxException(@"\p without a category after it");
        var name = scanner.Skip('{') ? scanner.ReadUntil("}") : scanner.Read().ToString();
        if (name is null) throw new Re2SyntaxException(@"\p{ without a closing brace");
        if (name.StartsWith('^')) (negated, name) = (!negated, name[1..]);
        if (NamedSets.Category(name) is { } set) return Finish(set, negated, flags);
        throw new Re2SyntaxException($@"\p{{{name}}} is not supported; use a general category such as \pL or \p{{Lu}}, or a range of characters");
    }

    private static Rune ReadHexadecimal(Re2Scanner scanner)
    {
        string? digits;
        if (scanner.Skip('{'))
        {
            digits = scanner.ReadUntil("}");
        }
        else
        {
            var start = scanner.Position;
            if (char.IsAsciiHexDigit(scanner.Next)) scanner.Read();
            if (char.IsAsciiHexDigit(scanner.Next)) scanner.Read();
            digits = scanner.Since(start) is { Length: 2 } two ? two : null;
        }

        if (digits is { Length: > 0 and < 10 } && digits.All(char.IsAsciiHexDigit)
            && Rune.TryCreate(int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), out var rune)) return rune;
        throw new Re2SyntaxException(@"\x without two hexadecimal digits, or a character's number in braces, after it");
    }

    private static int ReadOctal(Re2Scanner scanner, int value)
    {
        for (var i = 0; i < 2 && scanner.Next is >= '0' and <= '7'; i++) value = (value * 8) + scanner.Read().Value - '0';
        return value;
    }
}
