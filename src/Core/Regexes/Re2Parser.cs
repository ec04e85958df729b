using System.Collections.Immutable;
using System.Text;

namespace Mesh.Core.Regexes;

/// <summary>
/// Reads an expression by RE2's grammar (its C++ library's, as proxies run it; what only Go's accepts is refused too). One use each.
/// </summary>
internal sealed class Re2Parser
{
    /// <summary>RE2's limit on a repetition's count, and on the product of nested ones.</summary>
    private const int MaxRepeat = 1000;

    private const int MaxDepth = 250;

    private readonly Re2Scanner scanner;
    private readonly ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
    private Re2Flags flags;
    private int depth;

    public Re2Parser(string pattern, bool ignoreCase)
    {
        scanner = new Re2Scanner(pattern);
        flags = new Re2Flags { IgnoreCase = ignoreCase };
    }

    public ImmutableArray<string> GroupNames => names.ToImmutable();

    /// <summary>See <see cref="Re2Pattern.Difference"/>.</summary>
    public string? Difference { get; private set; }

    public Re2Node Parse()
    {
        var root = ParseChoice();
        if (!scanner.AtEnd) throw new Re2SyntaxException("a closing parenthesis without an opening one");
        return root;
    }

    private Re2Node ParseChoice()
    {
        if (++depth > MaxDepth) throw new Re2SyntaxException($"more than {MaxDepth} groups inside each other");
        var choices = ImmutableArray.CreateBuilder<Re2Node>();
        do choices.Add(ParseSequence());
        while (scanner.Skip('|'));
        depth--;
        return choices.Count == 1 ? choices[0] : new ChoiceNode(choices.ToImmutable());
    }

    private SequenceNode ParseSequence()
    {
        var items = ImmutableArray.CreateBuilder<Re2Node>();
        while (!scanner.AtEnd && scanner.Next is not ('|' or ')'))
        {
            if (scanner.SkipText(@"\Q")) items.AddRange(ParseQuoted());
            else if (ParseRepeat() is { } repeat) Repeat(items, repeat);
            else if (ParseAtom() is { } atom) items.Add(atom);
        }

        return new SequenceNode(items.ToImmutable());
    }

    // Applies to the last atom, even across a change of flags in between, as in RE2.
    private void Repeat(ImmutableArray<Re2Node>.Builder items, (int Min, int? Max, bool IsCounted, string Text) repeat)
    {
        if (items.Count == 0) throw new Re2SyntaxException($"nothing before \"{repeat.Text}\" that could be repeated");
        var lazy = scanner.Skip('?') != flags.SwapGreed;
        var node = new RepeatNode(items[^1], repeat.Min, repeat.Max, lazy, repeat.IsCounted);
        if (repeat.IsCounted && !node.RepeatsWithin(MaxRepeat)) throw new Re2SyntaxException($"repetitions of more than {MaxRepeat}, multiplied with those inside");
        items[^1] = node;
        var start = scanner.Position;
        if (ParseRepeat() is not null) throw new Re2SyntaxException($"\"{repeat.Text}{scanner.Since(start)}\" repeats a repetition");
    }

    private (int Min, int? Max, bool IsCounted, string Text)? ParseRepeat()
    {
        if (scanner.Skip('*')) return (0, null, false, "*");
        if (scanner.Skip('+')) return (1, null, false, "+");
        if (scanner.Skip('?')) return (0, 1, false, "?");
        var start = scanner.Position;
        if (!scanner.TryReadCount(out var min, out var max)) return null;
        var text = scanner.Since(start);
        if (min > MaxRepeat || max > MaxRepeat) throw new Re2SyntaxException($"\"{text}\" is more than {MaxRepeat} repetitions");
        if (max < min) throw new Re2SyntaxException($"\"{text}\" ends before it starts");
        return (min, max, true, text);
    }

    private Re2Node? ParseAtom()
    {
        switch (scanner.Next)
        {
            case '(': return ParseGroup();
            case '[':
                var parser = new Re2ClassParser(scanner, flags);
                var set = parser.Parse();
                Difference ??= parser.Difference;
                return new SetNode(set);
            case '.':
                scanner.Read();
                return new SetNode(flags.DotMatchesNewLine ? CodePointSet.All : CodePointSet.One('\n').Complement());
            case '^':
                scanner.Read();
                return new AssertNode(flags.MultiLine ? Re2Assertion.BeginLine : Re2Assertion.BeginText);
            case '$':
                scanner.Read();
                return new AssertNode(flags.MultiLine ? Re2Assertion.EndLine : Re2Assertion.EndText);
            case '\\': return ParseEscape();
            default: return Literal(scanner.Read());
        }
    }

    private Re2Node ParseEscape()
    {
        switch (scanner.Peek(1))
        {
            case 'A': return Assert(Re2Assertion.BeginText);
            case 'z': return Assert(Re2Assertion.EndText);
            case 'b': return Boundary(Re2Assertion.WordBoundary);
            case 'B': return Boundary(Re2Assertion.NoWordBoundary);
            case 'C': throw new Re2SyntaxException(@"\C matches single bytes of a character, which text here does not have");
        }

        if (scanner.Peek(1) is 'p' or 'P') Difference ??= NamedSets.CategoryDifference;
        return Re2Escapes.TryReadSet(scanner, flags) is { } set ? new SetNode(set) : Literal(Re2Escapes.ReadCharacter(scanner));
    }

    private AssertNode Assert(Re2Assertion assertion)
    {
        scanner.Read();
        scanner.Read();
        return new AssertNode(assertion);
    }

    private AssertNode Boundary(Re2Assertion assertion)
    {
        Difference ??= @"\b and \B count letters and digits outside of ASCII as parts of words, which proxies with RE2 do not";
        return Assert(assertion);
    }

    private SetNode Literal(Rune character)
    {
        var set = CodePointSet.One(character.Value);
        return new SetNode(flags.IgnoreCase ? CaseFolding.Fold(set) : set);
    }

    private List<Re2Node> ParseQuoted()
    {
        var result = new List<Re2Node>();
        while (!scanner.AtEnd && !scanner.SkipText(@"\E")) result.Add(Literal(scanner.Read()));
        return result;
    }

    private Re2Node? ParseGroup()
    {
        scanner.Read();
        if (!scanner.SkipText("?")) return ParseCapture("");
        if (scanner.SkipText("P<") || (scanner.Next is '<' && scanner.Peek(1) is not ('=' or '!') && scanner.Skip('<'))) return ParseCapture(ParseName());
        RefuseOtherGroups();
        var before = flags;
        flags = Re2Flags.Parse(scanner, flags, out var opensGroup);
        if (!opensGroup) return null;
        var inner = ParseGroupContent();
        flags = before;
        return inner;
    }

    private CaptureNode ParseCapture(string name)
    {
        if (name.Length > 0 && names.Contains(name)) throw new Re2SyntaxException($"two groups are named {name}");
        names.Add(name);
        var before = flags;
        var inner = ParseGroupContent();
        flags = before;
        return new CaptureNode(inner);
    }

    private Re2Node ParseGroupContent()
    {
        var inner = ParseChoice();
        if (!scanner.Skip(')')) throw new Re2SyntaxException("an opening parenthesis without a closing one");
        return inner;
    }

    private string ParseName()
    {
        var name = new StringBuilder();
        while (!scanner.AtEnd && (char.IsAsciiLetterOrDigit(scanner.Next) || scanner.Next == '_')) name.Append(scanner.Read());
        if (name.Length == 0 || !scanner.Skip('>')) throw new Re2SyntaxException("a group's name is not of letters, digits and underscores, followed by \">\"");
        return name.ToString();
    }

    private void RefuseOtherGroups()
    {
        if (scanner.Next is '=' or '!' or '<') throw new Re2SyntaxException("look-around is not of RE2: it does not run in linear time");
        if (scanner.Next is '>') throw new Re2SyntaxException("atomic groups are not of RE2");
        if (scanner.Next is '#') throw new Re2SyntaxException("comments are not of RE2");
        if (scanner.Next is '(') throw new Re2SyntaxException("conditionals are not of RE2");
        if (scanner.Next is 'P' or 'R' or '&' or '+' or '|' || char.IsAsciiDigit(scanner.Next)) throw new Re2SyntaxException("references to groups are not of RE2: they do not run in linear time");
    }
}
