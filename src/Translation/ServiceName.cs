using System.Diagnostics.CodeAnalysis;

namespace Mesh.Translation;

/// <summary>
/// Names a Service, <c>namespace/name</c>, or one host of a ServiceEntry, <c>namespace/host</c>: a Service's name has no dot, such a host
/// always has one. Its host name in the mesh is <see cref="Host"/>.
/// </summary>
public readonly record struct ServiceName(string Namespace, string Name) : IComparable<ServiceName>
{
    /// <summary>The DNS suffix of every service of the cluster; Istio's <c>svc.DOMAIN</c> with the default domain.</summary>
    public const string DomainSuffix = "svc.cluster.local";

    /// <summary>The fully qualified host name: <c>NAME.NAMESPACE.svc.cluster.local</c>, or a ServiceEntry's host as it is.</summary>
    public string Host => IsEntry ? Name : $"{Name}.{Namespace}.{DomainSuffix}";

    /// <summary>Whether a ServiceEntry, not a Service, is behind it.</summary>
    public bool IsEntry => Name.Contains('.') || Name.StartsWith('*');

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
