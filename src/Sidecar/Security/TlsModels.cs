using System.Net.Security;
using System.Security.Authentication;

namespace Mesh.Sidecar.Security;

/// <summary>How a filter chain ends TLS. With <see cref="RequireClientCertificate"/> the peer proves a SPIFFE identity of the mesh.</summary>
internal sealed record DownstreamTlsModel(
    bool RequireClientCertificate, IReadOnlyList<SanMatcher> PeerNames, List<SslApplicationProtocol> Alpn, SslProtocols Protocols)
{
    /// <summary>TLS for callers outside of the mesh, with certificates of files; null: with the mesh's own.</summary>
    public ServerTlsModel? Server { get; init; }
}

/// <summary>How an endpoint is dialled with TLS: our certificate, this SNI, and a peer whose names match.</summary>
internal sealed record UpstreamTlsModel(string Sni, IReadOnlyList<SanMatcher> PeerNames, SslProtocols Protocols, bool PresentCertificate)
{
    /// <summary>For servers outside of the mesh; null: the mesh's own mutual TLS.</summary>
    public OriginatedTlsModel? Originated { get; init; }

    // Equal settings share connections, so lists are compared by content.
    public bool Equals(UpstreamTlsModel? other) =>
        other is not null && Sni == other.Sni && Protocols == other.Protocols && PresentCertificate == other.PresentCertificate
        && PeerNames.SequenceEqual(other.PeerNames) && Originated == other.Originated;

    public override int GetHashCode() => HashCode.Combine(Sni, Protocols, PresentCertificate, PeerNames.Count);
}

/// <summary>Matches one subject alternative name (URI or DNS) of a peer.</summary>
internal sealed record SanMatcher(bool IsUri, Routing.StringMatch Match);
