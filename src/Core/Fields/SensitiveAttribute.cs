namespace Mesh.Core.Fields;

/// <summary>The field holds a secret, which no message repeats.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SensitiveAttribute : Attribute;
