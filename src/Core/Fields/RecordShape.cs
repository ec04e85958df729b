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
    private readonly FrozenDictionary<string, FieldShape> bySnakeName;

    private RecordShape(Type type)
    {
        Type = type;
        Fields = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => new FieldShape(p))];
        byName = Fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
        bySnakeName = Fields.Where(f => FieldNames.SnakeCase(f.Name) is var snake && snake != f.Name && !byName.ContainsKey(snake))
            .ToFrozenDictionary(f => FieldNames.SnakeCase(f.Name), StringComparer.Ordinal);
        OneOfs = [.. Fields.Where(f => f.OneOf is not null).GroupBy(f => f.OneOf).Select(g => g.ToImmutableArray())];
        IsPartial = type.GetCustomAttribute<PartialModelAttribute>() is not null;
    }

    public Type Type { get; }

    /// <summary>In the order they are declared, which is the order they are written in.</summary>
    public ImmutableArray<FieldShape> Fields { get; }

    /// <summary>Fields of which at most one may be set.</summary>
    public ImmutableArray<ImmutableArray<FieldShape>> OneOfs { get; }

    /// <summary>Whether fields that are not here are skipped.</summary>
    public bool IsPartial { get; }

    public static RecordShape Of(Type type) => Shapes.GetOrAdd(type, static t => new RecordShape(t));

    public FieldShape? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>By the name in a protobuf file, <c>jwks_uri</c>, where it is another than in JSON.</summary>
    public FieldShape? FindSnake(string name) => bySnakeName.GetValueOrDefault(name);

    public object Create() => Activator.CreateInstance(Type)!;
}
