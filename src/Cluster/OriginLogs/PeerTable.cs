using System.Collections.Immutable;

namespace Mesh.Cluster.OriginLogs;

/// <summary>What a peer last said of itself.</summary>
internal sealed record PeerModel(string Replica, string Address, ulong ConfigRevision, DateTimeOffset Heard);

/// <summary>
/// The last beacon of every peer, by replica name, for status pages and readiness. Written by one actor by swap, read by anybody.
/// </summary>
internal sealed class PeerTable
{
    private volatile ImmutableDictionary<string, PeerModel> _peers = ImmutableDictionary<string, PeerModel>.Empty;
    private volatile bool _caughtUp;

    public ImmutableDictionary<string, PeerModel> Peers => _peers;

    /// <summary>True for good once this replica held everything that any reachable peer had announced.</summary>
    public bool CaughtUp => _caughtUp;

    public void Set(PeerModel peer) => _peers = _peers.SetItem(peer.Replica, peer);

    public void MarkCaughtUp() => _caughtUp = true;
}
