using System.Collections.Frozen;

namespace Mesh.Sidecar.Balancing;

/// <summary>
/// How many proxies like this one run in each locality (Envoy's local cluster). Replaced whole by discovery, read from all threads whenever a
/// model of endpoints is made.
/// </summary>
internal sealed class PeerCounts
{
    private volatile FrozenDictionary<string, int> _byLocality = FrozenDictionary<string, int>.Empty;

    /// <summary>The cluster that brings them.</summary>
    public const string Cluster = "local_cluster";

    /// <summary>By <see cref="Localities.Key"/>.</summary>
    public IReadOnlyDictionary<string, int> ByLocality => _byLocality;

    public void Replace(IEnumerable<KeyValuePair<string, int>> counts) => _byLocality = counts.ToFrozenDictionary(StringComparer.Ordinal);
}
