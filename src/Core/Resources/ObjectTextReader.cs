using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Documents;
using Mesh.Core.Validation;

namespace Mesh.Core.Resources;

/// <summary>Reads the documents of one text, one after the other. Not thread-safe; one per text.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class ObjectTextReader(string file, string defaultNamespace, int firstDocument)
{
    private readonly ImmutableArray<ObjectDocument>.Builder documents = ImmutableArray.CreateBuilder<ObjectDocument>();

    private int Number => firstDocument + documents.Count;

    public ImmutableArray<ObjectDocument> Read(string text, int firstLine)
    {
        if (text.Length > SourceText.MaxCharacters)
            return [Refused(new("", firstLine), file, Number, new(firstLine, $"the text is larger than {SourceText.MaxCharacters / 1024 / 1024} MiB"))];
        foreach (var piece in DocumentSplitter.Split(text.StartsWith('\ufeff') ? text[1..] : text))
        {
            var located = piece with { Line = piece.Line + firstLine - 1 };
            if (documents.Count >= SourceText.MaxDocuments)
            {
                documents.Add(Refused(located, file, Number, new(located.Line, $"the text has more than {SourceText.MaxDocuments} documents; what follows is not read")));
                break;
            }

            ReadPiece(located);
        }

        return documents.ToImmutable();
    }

    /// <summary>A document that cannot be parsed at all.</summary>
    public static ObjectDocument Refused(DocumentSplitter.Piece piece, string file, int number, SourceException e) =>
        new(file, number, piece.Line, piece.Text, null, null, [new(Severity.Error, file, number, e.Line, null, "", e.Message)]);

    private void ReadPiece(DocumentSplitter.Piece piece)
    {
        try
        {
            if (YamlTree.Parse(piece, out var surprises) is not { } root) return;
            if (ObjectList.ItemsOf(root) is { } items)
            {
                foreach (var item in items)
                {
                    if (documents.Count >= SourceText.MaxDocuments) throw new SourceException(item.Line, $"the text has more than {SourceText.MaxDocuments} documents; what follows is not read");
                    documents.Add(ReadRoot(item, item.Line, SourceJson.Write(item), []));
                }
            }
            else
            {
                documents.Add(ReadRoot(root, piece.Line, piece.Text, surprises));
            }
        }
        catch (SourceException e)
        {
            documents.Add(Refused(piece, file, Number, e));
        }
    }

    private ObjectDocument ReadRoot(SourceNode root, int line, string text, IReadOnlyList<SourceSurprise> surprises)
    {
        var sink = new DiagnosticSink(file, Number, root);
        var reader = new DocumentReader(sink, tolerant: false);
        var found = reader.Read(root, defaultNamespace);
        foreach (var surprise in surprises) sink.Warn(surprise);
        return new(file, Number, line, text, sink.Key, found, sink.ToImmutable()) { Draft = reader.Draft, Source = root, IsForeign = reader.IsForeign };
    }
}
