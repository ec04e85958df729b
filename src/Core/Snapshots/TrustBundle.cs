using System.Collections.Immutable;

namespace Mesh.Core.Snapshots;

/// <summary>The root certificates (PEM, one each) by which peers of <see cref="TrustDomain"/> are verified.</summary>
public sealed record TrustBundle(string TrustDomain, ImmutableArray<string> Roots)
{
    public static readonly TrustBundle Empty = new("", []);
}
