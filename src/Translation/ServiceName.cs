using System.Diagnostics.CodeAnalysis;

namespace Mesh.Translation;

/// <summary>Names a Service, <c>namespace/name</c>. Its host name in the mesh is <see cref="Host"/>.</summary>
public readonly record struct ServiceName(string Namespace, string Name) : IComparable<ServiceName>
{
    /// <summary>The DNS suffix of every service of the cluster; Istio's <c>svc.DOMAIN</c> with the default domain.</summary>
    public const string DomainSuffix = "svc.cluster.local";

    /// <summary>The fully qualified host name: <c>NAME.NAMESPACE.svc.cluster.local</c>.</summary>
    public string Host => $"{Name}.{Namespace}.{DomainSuffix}";

    public static bool TryParse([NotNullWhen(true)] string? text, out ServiceName name)
    {
        name = default;
        var parts = text?.Split('/');
        if (parts is not { Length: 2 } || parts[0].Length == 0 || parts[1].Length == 0) return false;
        name = new ServiceName(parts[0], parts[1]);
        return true;
    }

    public int CompareTo(ServiceName other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    public override string ToString() => $"{Namespace}/{Name}";
}
