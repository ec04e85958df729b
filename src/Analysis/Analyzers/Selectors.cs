using System.Collections.Immutable;

namespace Mesh.Analysis.Analyzers;

/// <summary>Selectors in messages.</summary>
internal static class Selectors
{
    /// <summary><c>app=reviews,version=v1</c>.</summary>
    public static string Text(ImmutableSortedDictionary<string, string> labels) => string.Join(",", labels.Select(l => $"{l.Key}={l.Value}"));
}
