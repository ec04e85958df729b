using System.Collections.Immutable;
using Mesh.Cli.Client;
using Mesh.Cli.Output;
using Mesh.Core.Resources;

namespace Mesh.Cli.Documents;

/// <summary>Documents of kinds that are not the mesh's, which every command leaves to whom they are for and says so once. Immutable.</summary>
internal sealed record ForeignDocuments(ImmutableArray<ObjectDocument> All)
{
    /// <summary>What <c>apply</c> says happened to one.</summary>
    public const string Action = "skipped";

    /// <summary>The documents without those that <paramref name="isForeign"/>, and these.</summary>
    public static (ObjectDocument[] Own, ForeignDocuments Foreign) Split(IEnumerable<ObjectDocument> documents, Func<ObjectDocument, bool>? isForeign = null)
    {
        var split = documents.ToLookup(isForeign ?? (d => d.IsForeign));
        return ([.. split[false]], new([.. split[true]]));
    }

    /// <summary><c>2 documents of kinds that are not the mesh's: Deployment (1), ServiceAccount (1)</c>.</summary>
    public string Count => $"{All.Length} document{(All.Length == 1 ? " of a kind that is" : "s of kinds that are")} not the mesh's: {Kinds}";

    private string Kinds => string.Join(", ", All.GroupBy(KindOf).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} ({g.Count()})"));

    /// <summary>Says on standard error what was skipped; nothing when nothing was.</summary>
    public void Note(Terminal terminal, string advice)
    {
        if (All.Length > 0) terminal.Error.WriteLine($"note: skipped {Count}. {advice}");
    }

    /// <summary>As the results of an apply have them.</summary>
    public IEnumerable<ApplyResult> ToResults() => All.Select(d => new ApplyResult(d.File, d.Document, d.Key?.ToString(), Action, 0, [], []));

    public static string KindOf(ObjectDocument document) => document.Key?.ShortKind ?? document.KindText ?? "?";
}
