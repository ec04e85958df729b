namespace Mesh.Core.Resources;

/// <summary>
/// One validated configuration object: its identity, metadata and typed spec. Immutable, replaced whole. <see cref="Spec"/> is
/// the model class of its kind, for example <c>VirtualService</c>; it is never null.
/// </summary>
public sealed record MeshObject(ObjectKey Key, string ApiVersion, ObjectMeta Metadata, object Spec)
{
    /// <summary>The spec as its model class; the caller knows the class from <see cref="Key"/>.</summary>
    public T SpecAs<T>() where T : class => (T)Spec;
}
