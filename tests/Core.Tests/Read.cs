using System.Collections.Immutable;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests;

/// <summary>Reads documents the way tests like: the spec given alone, diagnostics as short text.</summary>
internal static class Read
{
    /// <summary>One object of <paramref name="kind"/>, bare or with its group, named <c>x</c> with <paramref name="spec"/>, a YAML flow or block map.</summary>
    public static ObjectDocument Spec(string kind, string spec, string name = "x")
    {
        var found = KindRegistry.Find(kind) ?? KindRegistry.All.First(k => k.Kind == kind);
        var indented = "  " + spec.Replace("\n", "\n  ", StringComparison.Ordinal);
        return Assert.Single(ObjectReader.Read($"apiVersion: {found.ApiVersion}\nkind: {found.Kind}\nmetadata:\n  name: {name}\nspec:\n{indented}\n", "f.yaml"));
    }

    /// <summary><c>E path: reason</c> and <c>W path: reason</c>, one each.</summary>
    public static ImmutableArray<string> Problems(string kind, string spec, string name = "x") => Short(Spec(kind, spec, name));

    /// <summary>As <see cref="Problems"/> joined by ";", without what is said of the kind as a whole.</summary>
    public static string OfSpec(string kind, string spec, string name = "x") =>
        string.Join(';', Problems(kind, spec, name).Where(p => !p.StartsWith("E kind:", StringComparison.Ordinal) && !p.StartsWith("W kind:", StringComparison.Ordinal)));

    public static ImmutableArray<string> Short(ObjectDocument document) =>
        [.. document.Diagnostics.Select(d => $"{(d.Severity == Severity.Error ? 'E' : 'W')} {d.Path}: {d.Reason}")];
}
