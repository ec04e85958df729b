namespace Mesh.Core.Fields;

/// <summary>The values of an enum are called in YAML and JSON as in C#, as Kubernetes does, instead of in UPPER_SNAKE_CASE.</summary>
[AttributeUsage(AttributeTargets.Enum)]
internal sealed class VerbatimNamesAttribute : Attribute;
