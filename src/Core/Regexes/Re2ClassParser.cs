using System.Text;

namespace Mesh.Core.Regexes;

/// <summary>Reads a class in brackets, with POSIX names; there is no subtraction in RE2, so <c>[</c> inside is a bracket.</summary>
internal sealed class Re2ClassParser(Re2Scanner scanner, Re2Flags flags)
{
    /// <summary>See <see cref="Re2Pattern.Difference"/>.</summary>
    public string? Difference { get; private set; }

    public CodePointSet Parse()
    {
        scanner.Read();
        var negated = scanner.Skip('^');
        var ranges = new List<(int First, int Last)>();
        for (var first = true; first || scanner.Next != ']' || scanner.AtEnd; first = false)
        {
            if (scanner.AtEnd) throw new Re2SyntaxException("an opening bracket without a closing one");
            ranges.AddRange((TryReadPosix() ?? TryReadEscapedSet() ?? ReadRange()).Ranges);
        }

        scanner.Read();
        var set = CodePointSet.Of(ranges);
        return negated ? set.Complement() : set;
    }

    private CodePointSet? TryReadPosix()
    {
        if (scanner.Next != '[' || scanner.Peek(1) != ':') return null;
        var start = scanner.Position;
        scanner.SkipText("[:");
        if (scanner.ReadUntil(":]") is not { } name)
        {
            scanner.Rewind(start);
            return null;
        }

        var negated = name.StartsWith('^');
        var set = NamedSets.Posix(negated ? name[1..] : name) ?? throw new Re2SyntaxException($"there is no class [:{name}:]");
        return Re2Escapes.Finish(set, negated, flags);
    }

    private CodePointSet? TryReadEscapedSet()
    {
        if (scanner.Next != '\\') return null;
        if (scanner.Peek(1) is 'p' or 'P') Difference ??= NamedSets.CategoryDifference;
        return Re2Escapes.TryReadSet(scanner, flags);
    }

    private CodePointSet ReadRange()
    {
        var start = scanner.Position;
        var first = ReadCharacter();
        var last = first;
        if (scanner.Next == '-' && scanner.Peek(1) is not (']' or '\0'))
        {
            scanner.Read();
            last = ReadCharacter();
            if (last < first) throw new Re2SyntaxException($"the range {scanner.Since(start)} ends before it starts");
        }

        return Re2Escapes.Finish(CodePointSet.Of((first.Value, last.Value)), negated: false, flags);
    }

    private Rune ReadCharacter() => scanner.Next == '\\' ? Re2Escapes.ReadCharacter(scanner) : scanner.Read();
}
