using System.Diagnostics.CodeAnalysis;

namespace Mesh.Core.Resources;

/// <summary>
/// Names one configuration object. <see cref="Kind"/> is qualified by its API group, <c>VirtualService.networking.istio.io</c>,
/// or bare for the core group, <c>Service</c>; the text form <c>KIND/NAMESPACE/NAME</c> is also its resource name on the wire.
/// Objects of cluster scope have an empty namespace.
/// </summary>
public readonly record struct ObjectKey(string Kind, string Namespace, string Name) : IComparable<ObjectKey>
{
    /// <summary>The kind without its group, as users write it: <c>VirtualService</c>.</summary>
    public string ShortKind => Kind.IndexOf('.') is var dot and >= 0 ? Kind[..dot] : Kind;

    public static bool TryParse([NotNullWhen(true)] string? text, out ObjectKey key)
    {
        key = default;
        var parts = text?.Split('/');
        if (parts is not { Length: 3 } || parts[0].Length == 0 || parts[2].Length == 0) return false;
        key = new ObjectKey(parts[0], parts[1], parts[2]);
        return true;
    }

    public int CompareTo(ObjectKey other)
    {
        var order = string.CompareOrdinal(Kind, other.Kind);
        if (order == 0) order = string.CompareOrdinal(Namespace, other.Namespace);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    public override string ToString() => $"{Kind}/{Namespace}/{Name}";
}
