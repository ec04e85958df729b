using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Fields;

/// <summary>What a field can hold.</summary>
internal enum ValueKind
{
    Text,
    Boolean,
    Integer,
    Long,
    Number,
    Duration,
    Enum,
    Bytes,
    IntOrString,
    Any,
    Record,
    List,
    Map,
}

/// <summary>The type of a field's value.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class ValueShape
{
    private readonly Lazy<RecordShape>? record;

    private ValueShape(ValueKind kind, Type type, bool nullable)
    {
        Kind = kind;
        Nullable = nullable;
        if (kind == ValueKind.Record) record = new(() => RecordShape.Of(type));
        if (kind == ValueKind.Enum) Enum = new EnumShape(type);
    }

    public ValueKind Kind { get; }

    /// <summary>Whether "not given" is told apart from zero, empty or false.</summary>
    public bool Nullable { get; }

    public EnumShape? Enum { get; }

    public RecordShape Record => record!.Value;

    /// <summary>Of a list's elements or a map's values.</summary>
    public ValueShape? Element { get; private init; }

    /// <summary>Whether a map's keys are port numbers.</summary>
    public bool NumberKeys { get; private init; }

    public CollectionAccess? Collection { get; private init; }

    public static ValueShape Of(Type type)
    {
        var underlying = System.Nullable.GetUnderlyingType(type);
        var nullable = underlying is not null || !type.IsValueType;
        var plain = underlying ?? type;
        if (plain == typeof(string)) return new(ValueKind.Text, plain, nullable);
        if (plain == typeof(bool)) return new(ValueKind.Boolean, plain, nullable);
        if (plain == typeof(int)) return new(ValueKind.Integer, plain, nullable);
        if (plain == typeof(long)) return new(ValueKind.Long, plain, nullable);
        if (plain == typeof(double)) return new(ValueKind.Number, plain, nullable);
        if (plain == typeof(TimeSpan)) return new(ValueKind.Duration, plain, nullable);
        if (plain == typeof(IntOrString)) return new(ValueKind.IntOrString, plain, nullable);
        if (plain == typeof(AnyValue)) return new(ValueKind.Any, plain, nullable);
        if (plain == typeof(ImmutableArray<byte>)) return new(ValueKind.Bytes, plain, nullable);
        if (plain.IsEnum) return new(ValueKind.Enum, plain, nullable);
        if (!plain.IsGenericType) return new(ValueKind.Record, plain, nullable);
        var arguments = plain.GetGenericArguments();
        return plain.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
            ? new(ValueKind.List, plain, nullable) { Element = Of(arguments[0]), Collection = CollectionAccess.List(arguments[0]) }
            : new(ValueKind.Map, plain, nullable)
            {
                Element = Of(arguments[1]),
                NumberKeys = arguments[0] == typeof(int),
                Collection = CollectionAccess.Map(arguments[0], arguments[1]),
            };
    }
}
