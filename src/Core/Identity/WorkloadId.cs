using System.Diagnostics.CodeAnalysis;

namespace Mesh.Core.Identity;

/// <summary>Names one running instance of a workload, unique in the mesh: <c>namespace/name</c>, as a pod is named in Kubernetes.</summary>
public readonly record struct WorkloadId(string Namespace, string Name) : IComparable<WorkloadId>
{
    public static bool TryParse([NotNullWhen(true)] string? text, out WorkloadId id)
    {
        id = default;
        if (text is null) return false;
        var slash = text.IndexOf('/');
        if (slash <= 0 || slash == text.Length - 1 || text.IndexOf('/', slash + 1) >= 0) return false;
        id = new WorkloadId(text[..slash], text[(slash + 1)..]);
        return true;
    }

    public int CompareTo(WorkloadId other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    public override string ToString() => $"{Namespace}/{Name}";
}
