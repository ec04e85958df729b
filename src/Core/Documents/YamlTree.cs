using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mesh.Core.Documents;

/// <summary>
/// Builds the tree of one YAML (or JSON) document from parser events, within limits that make hostile input cheap: size, depth, number
/// of nodes with aliases expanded. Duplicate keys are refused. Throws <see cref="SourceException"/>.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>Kubernetes' own limit for an object is about 1.5 MiB in the store; the wire between agents and replicas wants less.</summary>
    public const int MaxCharacters = 1024 * 1024;
    public const int MaxDepth = 64;

    /// <summary>With aliases expanded; a document of the largest size has fewer of its own.</summary>
    public const int MaxNodes = 200_000;

    /// <summary>Lines with tabs that are looked at to name the one that is wrong.</summary>
    private const int MaxTabLines = 20;

    private readonly IParser parser;
    private readonly int firstLine;
    private readonly Dictionary<string, (SourceNode Node, int Size)> anchors = [];
    private readonly List<SourceSurprise> surprises = [];
    private int nodes;

    private YamlTree(IParser parser, int firstLine)
    {
        this.parser = parser;
        this.firstLine = firstLine;
    }

    /// <summary>The tree of the document in <paramref name="piece"/>; null when it is empty or only comments.</summary>
    public static SourceNode? Parse(DocumentSplitter.Piece piece) => Parse(piece, out _);

    /// <summary>As the other, and what was read otherwise than it looks where no field is known that could say so.</summary>
    public static SourceNode? Parse(DocumentSplitter.Piece piece, out IReadOnlyList<SourceSurprise> surprises)
    {
        SourceText.Check(piece);
        try
        {
            var tree = new YamlTree(new Parser(new StringReader(piece.Text)), piece.Line);
            surprises = tree.surprises;
            return tree.ReadStream();
        }
        catch (YamlException e)
        {
            throw NotYaml(piece, e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // YamlDotNet's scanner loses its own invariants on some malformed texts; the fuzz test finds them.
            throw new SourceException(piece.Line, "not valid YAML: the text cannot be scanned");
        }
    }

    private static SourceException NotYaml(DocumentSplitter.Piece piece, YamlException e)
    {
        var line = Math.Max(1, (int)e.Start.Line);
        var tab = SourceText.LineIndentedByTab(piece.Text, line, (int)e.End.Line + 1);
        if (tab == 0 && MentionsTab(e)) tab = LineThatTabsEnd(piece.Text);
        return tab > 0
            ? new(piece.Line + tab - 1, "not valid YAML: the line is indented with a tab, which YAML does not allow; use spaces")
            : new(piece.Line + line - 1, "not valid YAML: " + Lower(e.InnerException?.Message ?? e.Message));
    }

    // The parser names where the mapping starts. Tabs may stand in a block scalar's text, so it is the first line up to which the text is no YAML for its tab.
    private static int LineThatTabsEnd(string text)
    {
        var first = 0;
        var tried = 0;
        for (var line = SourceText.LineIndentedByTab(text, 1, int.MaxValue); line > 0; line = SourceText.LineIndentedByTab(text, line + 1, int.MaxValue))
        {
            if (first == 0) first = line;
            if (++tried > MaxTabLines) break;
            if (StumblesOverTab(SourceText.FirstLines(text, line))) return line;
        }

        return first;
    }

    private static bool StumblesOverTab(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            while (parser.MoveNext())
            {
                // Only whether it can be scanned.
            }

            return false;
        }
        catch (YamlException e)
        {
            return MentionsTab(e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            return false;
        }
    }

    private static bool MentionsTab(YamlException e) => (e.InnerException?.Message ?? e.Message).Contains("tab", StringComparison.OrdinalIgnoreCase);

    private SourceNode? ReadStream()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) return null;
        parser.Consume<DocumentStart>();
        var root = ReadNode(1);
        parser.Consume<DocumentEnd>();
        if (parser.Current is DocumentStart next)
            throw new SourceException(Line(next), "another document starts here without a line \"---\" before it");
        return root is SourceScalar { Type: ScalarType.Null, Text: "" } ? null : root;
    }

    private SourceNode ReadNode(int depth)
    {
        var current = parser.Current ?? throw new SourceException(firstLine, "the document ends too early");
        if (depth > MaxDepth) throw TooDeep(Line(current));
        if (parser.TryConsume<AnchorAlias>(out var alias)) return Resolve(alias);
        var before = nodes;
        Count(1, current);
        var anchor = (current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        SourceNode node = current switch
        {
            MappingStart start => ReadMapping(start, depth),
            SequenceStart start => ReadSequence(start, depth),
            Scalar scalar => ReadScalar(scalar),
            _ => throw new SourceException(Line(current), "unexpected content"),
        };
        if (!anchor.IsEmpty) anchors[anchor.Value] = (node, nodes - before);
        return node;
    }

    private SourceMapping ReadMapping(MappingStart start, int depth)
    {
        parser.MoveNext();
        var entries = new List<SourceEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var merged = new List<SourceMapping>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar key)
                throw new SourceException(Line(parser.Current!), "a key must be a plain word or a quoted string");
            parser.MoveNext();
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(YamlMerge.Sources(ReadNode(depth + 1), Line(key)));
                continue;
            }

            var name = KeyName(key);
            if (!seen.Add(name)) throw new SourceException(Line(key), $"the key \"{name}\" is given twice");
            entries.Add(new(name, Line(key), ReadNode(depth + 1)) { Column = Column(key) });
        }

        YamlMerge.Into(entries, seen, merged);
        return new(Line(start), entries) { Column = Column(start) };
    }

    // Kubernetes makes JSON of YAML, whose keys are strings: what a plain key means is written out again.
    private string KeyName(Scalar key)
    {
        CheckCharacters(key);
        if (key.Style != ScalarStyle.Plain || !key.Tag.IsEmpty) return key.Value;
        var line = Line(key);
        var resolved = YamlScalars.ResolvePlain(key.Value, line);
        var name = resolved.Type switch
        {
            ScalarType.Null => throw new SourceException(line, "a key must be a plain word or a quoted string"),
            ScalarType.Boolean => resolved.Boolean ? "true" : "false",
            ScalarType.Integer => resolved.Integer.ToString(CultureInfo.InvariantCulture),
            _ => key.Value,
        };
        if (name != key.Value) surprises.Add(new(line, Column(key), $"the key {key.Value} is read as {name}", $"Put it in quotes: \"{key.Value}\"."));
        return name;
    }

    private SourceSequence ReadSequence(SequenceStart start, int depth)
    {
        parser.MoveNext();
        var items = new List<SourceNode>();
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
        return new(Line(start), items) { Column = Column(start) };
    }

    private SourceScalar ReadScalar(Scalar scalar)
    {
        parser.MoveNext();
        CheckCharacters(scalar);
        var line = Line(scalar);
        return scalar is { Style: ScalarStyle.Plain, Tag.IsEmpty: true }
            ? YamlScalars.ResolvePlain(scalar.Value, line) with { Column = Column(scalar), IsPlain = true }
            : new SourceScalar(line, ScalarType.String, scalar.Value) { Column = Column(scalar) };
    }

    private void CheckCharacters(Scalar scalar)
    {
        if (SourceText.HasHalfCharacter(scalar.Value)) throw new SourceException(Line(scalar), "not valid YAML: half of a surrogate pair is not a character");
    }

    private SourceNode Resolve(AnchorAlias alias)
    {
        if (!anchors.TryGetValue(alias.Value.Value, out var target))
            throw new SourceException(Line(alias), $"the alias *{alias.Value} has no anchor before it");
        Count(target.Size, alias);
        return target.Node;
    }

    private void Count(int more, ParsingEvent at)
    {
        nodes += more;
        if (nodes > MaxNodes)
            throw new SourceException(Line(at), string.Create(CultureInfo.InvariantCulture, $"the document has more than {MaxNodes} values with its aliases expanded"));
    }

    private int Line(ParsingEvent e) => firstLine + (int)e.Start.Line - 1;

    private static int Column(ParsingEvent e) => (int)e.Start.Column;

    private static SourceException TooDeep(int line) => new(line, $"nested more than {MaxDepth} levels deep");

    private static string Lower(string message) => message.Length > 0 ? char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') : message;
}
