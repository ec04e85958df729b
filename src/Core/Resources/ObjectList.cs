using Mesh.Core.Documents;
using Mesh.Core.Kinds;

namespace Mesh.Core.Resources;

/// <summary>Lists of objects as <c>kubectl get -o yaml</c> prints them: <c>kind: List</c>, or the list of one kind.</summary>
internal static class ObjectList
{
    /// <summary>The objects of a list; null when the document is not one.</summary>
    public static IReadOnlyList<SourceNode>? ItemsOf(SourceNode root)
    {
        if (root is not SourceMapping document || document.Find("items")?.Value is not SourceSequence items || document.FindText("kind") is not { } kind) return null;
        var group = document.FindText("apiVersion") is { } version && version.IndexOf('/') is var slash and > 0 ? "." + version[..slash] : "";
        var isList = kind == "List" || (kind.EndsWith("List", StringComparison.Ordinal) && KindRegistry.Find(kind[..^4] + group) is not null);
        return isList ? [.. items.Items.Select(i => i is SourceMapping item ? WithType(item, document, kind) : i)] : null;
    }

    // Kubernetes leaves apiVersion and kind out of the items of a list of one kind.
    private static SourceMapping WithType(SourceMapping item, SourceMapping list, string kind)
    {
        if (kind == "List" || item.Find("kind") is not null) return item;
        SourceEntry[] type = [list.Find("apiVersion")!, new("kind", item.Line, new SourceScalar(item.Line, ScalarType.String, kind[..^4]))];
        return item with { Entries = [.. type, .. item.Entries] };
    }
}
