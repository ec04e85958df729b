namespace Mesh.Core.Fields;

/// <summary>
/// The name a property or enum value has in YAML and JSON, where it is not the usual one: a property's own name with a lower-case
/// first letter, an enum value's in UPPER_SNAKE_CASE.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
internal sealed class ApiNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
