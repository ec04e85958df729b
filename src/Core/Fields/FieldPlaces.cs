using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Kinds;
using Mesh.Core.Validation;

namespace Mesh.Core.Fields;

/// <summary>
/// Where in a kind the fields of each name stand, for saying where one that stands in the wrong place belongs. Made at the first
/// misplaced field of a kind. Thread-safe.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class FieldPlaces
{
    /// <summary>A name in more places than this, such as "name", says nothing about what is meant.</summary>
    private const int MaxPlaces = 4;

    private const int MaxDepth = 10;

    private static readonly ConcurrentDictionary<Type, FieldPlaces> Kinds = new();

    private readonly Dictionary<string, List<string>> places = new(StringComparer.Ordinal);

    private FieldPlaces(KindInfo kind)
    {
        Walk(RecordShape.Of(kind.SpecType), kind.BodyAtRoot ? "" : "spec", []);
        foreach (var name in (string[])["labels", "annotations", "namespace"]) places.TryAdd(name, [$"metadata.{name}"]);
    }

    public static FieldPlaces Of(KindInfo kind) => Kinds.GetOrAdd(kind.SpecType, static (_, k) => new FieldPlaces(k), kind);

    /// <summary>What to do about a field that the record at a place does not have; empty when there is no good guess.</summary>
    public string HintFor(string name, RecordShape shape, FieldPath path)
    {
        var own = shape.Fields.Select(f => f.Name);
        if (own.FirstOrDefault(f => FieldNames.AreAlike(f, name)) is { } alike) return $"Did you mean \"{alike}\"?";
        if (Elsewhere(name, path) is { } elsewhere) return $"It belongs in {elsewhere}.";
        return (FieldNames.Nearest(name, own) ?? FieldNames.Longer(name, own)) is { } nearest ? $"Did you mean \"{nearest}\"?" : "";
    }

    private string? Elsewhere(string name, FieldPath path)
    {
        if (!places.TryGetValue(name, out var found)) return null;
        var here = path.Shape();
        var best = found.GroupBy(p => Shared(p, here)).MaxBy(g => g.Key)!.ToArray();
        return best.Length <= MaxPlaces ? string.Join(" or ", best.OrderBy(p => p.Length).Take(2)) : null;
    }

    private void Walk(RecordShape shape, string path, HashSet<Type> around)
    {
        if (around.Count > MaxDepth || !around.Add(shape.Type)) return;
        foreach (var field in shape.Fields)
        {
            var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (!places.TryGetValue(field.Name, out var known)) places[field.Name] = known = [];
            known.Add(at);
            var value = field.Value;
            for (; value.Element is { } element; value = element) at += value.Kind == ValueKind.List ? "[]" : ".*";
            if (value.Kind == ValueKind.Record) Walk(value.Record, at, around);
        }

        around.Remove(shape.Type);
    }

    // How many names from the start two places have in common.
    private static int Shared(string one, string other)
    {
        var (a, b) = (one.Split('.'), other.Split('.'));
        var shared = 0;
        while (shared < a.Length && shared < b.Length && a[shared] == b[shared]) shared++;
        return shared;
    }
}
