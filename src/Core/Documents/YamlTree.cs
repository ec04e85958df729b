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

    private readonly IParser parser;
    private readonly int firstLine;
    private readonly Dictionary<string, (SourceNode Node, int Size)> anchors = [];
    private int nodes;

    private YamlTree(IParser parser, int firstLine)
    {
        this.parser = parser;
        this.firstLine = firstLine;
    }

    /// <summary>The tree of the document in <paramref name="piece"/>; null when it is empty or only comments.</summary>
    public static SourceNode? Parse(DocumentSplitter.Piece piece)
    {
        if (piece.Text.Length > MaxCharacters)
            throw new SourceException(piece.Line, $"the document is larger than {MaxCharacters / 1024} KiB");
        try
        {
            return new YamlTree(new Parser(new StringReader(piece.Text)), piece.Line).ReadStream();
        }
        catch (YamlException e)
        {
            throw new SourceException(piece.Line + Math.Max(1, (int)e.Start.Line) - 1, "not valid YAML: " + Lower(e.InnerException?.Message ?? e.Message));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // YamlDotNet's scanner loses its own invariants on some malformed texts; the fuzz test finds them.
            throw new SourceException(piece.Line, "not valid YAML: the text cannot be scanned");
        }
    }

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
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar key)
                throw new SourceException(Line(parser.Current!), "a key must be a plain word or a quoted string");
            parser.MoveNext();
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
                throw new SourceException(Line(key), "merge keys (<<) are not supported; write the fields out");
            if (!seen.Add(key.Value)) throw new SourceException(Line(key), $"the key \"{key.Value}\" is given twice");
            entries.Add(new(key.Value, Line(key), ReadNode(depth + 1)));
        }

        return new(Line(start), entries);
    }

    private SourceSequence ReadSequence(SequenceStart start, int depth)
    {
        parser.MoveNext();
        var items = new List<SourceNode>();
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(ReadNode(depth + 1));
        return new(Line(start), items);
    }

    private SourceScalar ReadScalar(Scalar scalar)
    {
        parser.MoveNext();
        var line = Line(scalar);
        return scalar is { Style: ScalarStyle.Plain, Tag.IsEmpty: true }
            ? YamlScalars.ResolvePlain(scalar.Value, line)
            : new SourceScalar(line, ScalarType.String, scalar.Value);
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

    private static SourceException TooDeep(int line) => new(line, $"nested more than {MaxDepth} levels deep");

    private static string Lower(string message) => message.Length > 0 ? char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') : message;
}
