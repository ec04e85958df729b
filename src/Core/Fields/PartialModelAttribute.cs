namespace Mesh.Core.Fields;

/// <summary>The record has only those fields of a Kubernetes type that the mesh reads; others are skipped instead of refused.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PartialModelAttribute : Attribute;
