using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Mesh.Core.Fields;

/// <summary>The fields of a model record, found by reflection once and kept. Thread-safe.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Shapes = new();

    private readonly FrozenDictionary<string, FieldShape> byName;

    private RecordShape(Type type)
    {
        Type = type;
        Fields = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => new FieldShape(p))];
        byName = Fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
    }

    public Type Type { get; }

    /// <summary>In the order they are declared, which is the order they are written in.</summary>
    public ImmutableArray<FieldShape> Fields { get; }

    public static RecordShape Of(Type type) => Shapes.GetOrAdd(type, static t => new RecordShape(t));

    public FieldShape? Find(string name) => byName.GetValueOrDefault(name);

    public object Create() => Activator.CreateInstance(Type)!;
}
