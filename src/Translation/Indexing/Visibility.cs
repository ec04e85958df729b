using System.Collections.Immutable;

namespace Mesh.Translation.Indexing;

/// <summary>Istio's <c>exportTo</c>: which namespaces see an object.</summary>
internal static class Visibility
{
    public static bool IsVisible(ImmutableArray<string> exportTo, string objectNamespace, string clientNamespace)
    {
        if (exportTo.IsDefaultOrEmpty) return true;
        foreach (var entry in exportTo)
            if (entry == "*" || entry == clientNamespace || (entry == "." && objectNamespace == clientNamespace)) return true;
        return false;
    }
}
