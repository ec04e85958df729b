using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;

namespace Mesh.Core.Fields;

/// <summary>The values of an enum by the names they have in YAML and JSON.</summary>
[RequiresUnreferencedCode("Finds the values of enums by reflection.")]
internal sealed class EnumShape
{
    private readonly FrozenDictionary<string, EnumValue> byName;
    private readonly FrozenDictionary<object, EnumValue> byValue;
    private readonly FrozenDictionary<long, EnumValue> byNumber;

    public EnumShape(Type type)
    {
        IsVerbatim = type.GetCustomAttribute<VerbatimNamesAttribute>() is not null;
        Values = [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => new EnumValue(
            f.GetCustomAttribute<ApiNameAttribute>()?.Name ?? (IsVerbatim ? f.Name : FieldNames.UpperSnakeCase(f.Name)),
            f.GetValue(null)!,
            f.GetCustomAttribute<NotEnforcedAttribute>(),
            !IsVerbatim && (f.Name is "Unspecified" or "Unset" or "Undefined" or "Default") && Number(f.GetValue(null)!) == 0))];
        byName = Values.ToFrozenDictionary(v => v.Name, StringComparer.Ordinal);
        byValue = Values.ToFrozenDictionary(v => v.Value);
        byNumber = Values.ToFrozenDictionary(v => Number(v.Value));
    }

    public ImmutableArray<EnumValue> Values { get; }

    /// <summary>Whether it is one of Kubernetes', whose values have no numbers.</summary>
    public bool IsVerbatim { get; }

    public EnumValue? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>By protobuf's number, which is the number in C#.</summary>
    public EnumValue? Find(long number) => byNumber.GetValueOrDefault(number);

    public EnumValue Of(object value) => byValue[value];

    private static long Number(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}

/// <summary>One value. <see cref="IsUnset"/> says that it means the same as leaving the field out, so it is not written.</summary>
internal sealed record EnumValue(string Name, object Value, NotEnforcedAttribute? NotEnforced, bool IsUnset);
