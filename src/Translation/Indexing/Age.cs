using Mesh.Core.Resources;

namespace Mesh.Translation.Indexing;

/// <summary>Istio's order among objects that conflict: the oldest first, then by name, then by namespace.</summary>
internal sealed class Age : IComparer<MeshObject>
{
    public static readonly Age OldestFirst = new();

    public int Compare(MeshObject? x, MeshObject? y)
    {
        if (x is null || y is null) return Comparer<object>.Default.Compare(x, y);
        var order = Nullable.Compare(x.Metadata.CreationTimestamp, y.Metadata.CreationTimestamp);
        if (order == 0) order = string.CompareOrdinal(x.Key.Name, y.Key.Name);
        if (order == 0) order = string.CompareOrdinal(x.Key.Namespace, y.Key.Namespace);
        return order != 0 ? order : string.CompareOrdinal(x.Key.Kind, y.Key.Kind);
    }
}
