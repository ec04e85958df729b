namespace Mesh.Core.Fields;

/// <summary>The field must be given, and not be empty.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RequiredAttribute : Attribute;
