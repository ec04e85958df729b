using System.Globalization;
using System.Text;

namespace Mesh.Core.Regexes;

/// <summary>
/// Writes an expression in .NET's syntax. Text there is UTF-16, so a set that has characters beyond U+FFFF becomes a choice between units and
/// pairs. Repeated without limit, "any unit" says the same as "any unit or pair" and is much cheaper; the first of at least one is still
/// written exactly, so that no pair is taken for two characters. Not <paramref name="exact"/>, a set with all pairs is always "any unit".
/// </summary>
internal sealed class Re2Writer(bool exact)
{
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;

    private readonly StringBuilder text = new();

    public static string Write(Re2Node root, bool exact)
    {
        var writer = new Re2Writer(exact);
        writer.WriteNode(root);
        return writer.text.ToString();
    }

    private void WriteNode(Re2Node node)
    {
        switch (node)
        {
            case SetNode set:
                text.Append(Character(set.Set));
                break;
            case AssertNode assert:
                text.Append(Assertion(assert.Assertion));
                break;
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                {
                    if (item is ChoiceNode or SequenceNode) WriteGroup("(?:", item);
                    else WriteNode(item);
                }

                break;
            case ChoiceNode choice:
                for (var i = 0; i < choice.Items.Length; i++)
                {
                    if (i > 0) text.Append('|');
                    WriteNode(choice.Items[i]);
                }

                break;
            case CaptureNode capture:
                WriteGroup("(", capture.Item);
                break;
            case RepeatNode repeat:
                WriteRepeat(repeat);
                break;
        }
    }

    private void WriteRepeat(RepeatNode repeat)
    {
        var count = Count(repeat.Min, repeat.Max);
        if (repeat is { IsOfAnyUnits: true, Item: SetNode set })
        {
            if (repeat.Min > 0) text.Append(Character(set.Set)).Append(Count(repeat.Min, repeat.Min));
            text.Append(AnyUnits(set.Set));
            count = "*";
        }
        else if (repeat.Item is SetNode single)
        {
            text.Append(Character(single.Set));
        }
        else if (repeat.Item is CaptureNode capture)
        {
            WriteGroup("(", capture.Item);
        }
        else
        {
            WriteGroup("(?:", repeat.Item);
        }

        text.Append(count);
        if (repeat.Lazy && count.Length > 0) text.Append('?');
    }

    private void WriteGroup(string open, Re2Node node)
    {
        text.Append(open);
        WriteNode(node);
        text.Append(')');
    }

    private static string Count(int min, int? max) => (min, max) switch
    {
        (0, null) => "*",
        (1, null) => "+",
        (0, 1) => "?",
        (1, 1) => "",
        (_, null) => string.Create(CultureInfo.InvariantCulture, $"{{{min},}}"),
        _ when min == max => string.Create(CultureInfo.InvariantCulture, $"{{{min}}}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{{{min},{max}}}"),
    };

    private static string Assertion(Re2Assertion assertion) => assertion switch
    {
        Re2Assertion.BeginText => @"\A",
        Re2Assertion.EndText => @"\z",
        Re2Assertion.BeginLine => "(?m:^)",
        Re2Assertion.EndLine => "(?m:$)",
        Re2Assertion.WordBoundary => @"\b",
        _ => @"\B",
    };

    /// <summary>One character of the set: an atom that a repetition can follow.</summary>
    private string Character(CodePointSet set)
    {
        var units = Units(set);
        if (!set.HasPairs) return Class(units);
        if (!exact && set.HasAllPairs) return AnyUnits(set);
        var choices = new List<string>();
        if (!units.Ranges.IsEmpty) choices.Add(Class(units));
        choices.AddRange(SurrogatePairs.Of(set).Select(p => Class(p.High) + Class(p.Low)));
        return $"(?:{string.Join('|', choices)})";
    }

    // For sets with all pairs.
    private static string AnyUnits(CodePointSet set) => Class(Units(set).Union(CodePointSet.Of((FirstSurrogate, LastSurrogate))));

    private static CodePointSet Units(CodePointSet set) =>
        CodePointSet.Of(set.Within(0, FirstSurrogate - 1).Ranges.Concat(set.Within(LastSurrogate + 1, 0xFFFF).Ranges));

    private static string Class(CodePointSet units)
    {
        if (units.Ranges.IsEmpty) return @"[^\u0000-\uFFFF]";
        if (units.Ranges is [(var only, var same)] && only == same) return Unit(only);
        var text = new StringBuilder("[");
        foreach (var (first, last) in units.Ranges)
        {
            text.Append(Unit(first));
            if (last > first + 1) text.Append('-');
            if (last > first) text.Append(Unit(last));
        }

        return text.Append(']').ToString();
    }

    private static string Unit(int unit) => unit switch
    {
        < 0x80 when char.IsAsciiLetterOrDigit((char)unit) || unit is '_' or '/' or ',' or ':' or ';' or '=' or '@' or '%' or '~' => ((char)unit).ToString(),
        > ' ' and < 0x7F => $"\\{(char)unit}",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{unit:X4}"),
    };
}
