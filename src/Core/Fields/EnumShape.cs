using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Mesh.Core.Fields;

/// <summary>The values of an enum by the names they have in YAML and JSON.</summary>
[RequiresUnreferencedCode("Finds the values of enums by reflection.")]
internal sealed class EnumShape
{
    private readonly FrozenDictionary<string, EnumValue> byName;
    private readonly FrozenDictionary<object, EnumValue> byValue;

    public EnumShape(Type type)
    {
        Values = [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => new EnumValue(
            f.GetCustomAttribute<ApiNameAttribute>()?.Name ?? FieldNames.UpperSnakeCase(f.Name),
            f.GetValue(null)!,
            f.GetCustomAttribute<NotEnforcedAttribute>(),
            f.Name is "Unspecified" or "Unset" or "Default"))];
        byName = Values.ToFrozenDictionary(v => v.Name, StringComparer.Ordinal);
        byValue = Values.ToFrozenDictionary(v => v.Value);
    }

    public ImmutableArray<EnumValue> Values { get; }

    public EnumValue? Find(string name) => byName.GetValueOrDefault(name);

    public EnumValue Of(object value) => byValue[value];
}

/// <summary>One value. <see cref="IsUnset"/> says that it means the same as leaving the field out, so it is not written.</summary>
internal sealed record EnumValue(string Name, object Value, NotEnforcedAttribute? NotEnforced, bool IsUnset);
