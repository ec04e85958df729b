using System.Collections.Immutable;

namespace Mesh.Translation.Indexing;

/// <summary>Label selection as everywhere in Kubernetes: every label asked for must be there with that value.</summary>
internal static class Labels
{
    public static bool Match(ImmutableSortedDictionary<string, string> selector, ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var (key, value) in selector)
            if (!labels.TryGetValue(key, out var actual) || actual != value) return false;
        return true;
    }
}
