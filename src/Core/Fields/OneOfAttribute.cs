namespace Mesh.Core.Fields;

/// <summary>Of all properties of a record with the same <see cref="Group"/> at most one may be set (protobuf's oneof).</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute(string group) : Attribute
{
    public string Group { get; } = group;
}
