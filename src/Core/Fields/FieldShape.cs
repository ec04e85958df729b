using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Mesh.Core.Fields;

/// <summary>One field of a model record: its name, what it holds, and the rules its attributes give it.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class FieldShape(PropertyInfo property)
{
    /// <summary>Where the field is declared: its documentation goes by this.</summary>
    public PropertyInfo Property { get; } = property;

    public string Name { get; } = property.GetCustomAttribute<ApiNameAttribute>()?.Name ?? FieldNames.CamelCase(property.Name);

    public ValueShape Value { get; } = ValueShape.Of(property.PropertyType);

    public bool Required { get; } = property.GetCustomAttribute<RequiredAttribute>() is not null;

    public RangeAttribute? Range { get; } = property.GetCustomAttribute<RangeAttribute>();

    public DurationAttribute? Duration { get; } = property.GetCustomAttribute<DurationAttribute>();

    public string? OneOf { get; } = property.GetCustomAttribute<OneOfAttribute>()?.Group;

    public SizeAttribute? Size { get; } = property.GetCustomAttribute<SizeAttribute>();

    /// <summary>Whether no message may repeat the value.</summary>
    public bool Sensitive { get; } = property.GetCustomAttribute<SensitiveAttribute>() is not null;

    public NotEnforcedAttribute? NotEnforced { get; } = property.GetCustomAttribute<NotEnforcedAttribute>();

    public object? Get(object record) => Property.GetValue(record);

    public void Set(object record, object? value) => Property.SetValue(record, value);
}
