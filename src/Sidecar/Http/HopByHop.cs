using System.Collections.Frozen;

namespace Mesh.Sidecar.Http;

/// <summary>Headers that concern one hop only (RFC 9110, 7.6.1) and are not forwarded; Upgrade travels by YARP's own hand.</summary>
internal static class HopByHop
{
    private static readonly FrozenSet<string> Both = FrozenSet.ToFrozenSet(
        ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "TE", "HTTP2-Settings"], StringComparer.OrdinalIgnoreCase);

    // Ours to say, never the client's to pass through; Host is set on its own; the proxy's credentials are for the proxy.
    private static readonly FrozenSet<string> Request = FrozenSet.ToFrozenSet(
        [.. Both, "Host", "Proxy-Authorization", Telemetry.PeerMetadata.Header, Telemetry.PeerMetadata.IdHeader], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> ResponseOnly = FrozenSet.ToFrozenSet([.. Both, "Proxy-Authenticate"], StringComparer.OrdinalIgnoreCase);

    public static bool IsRequestHeader(string name) => name.Length > 0 && (name[0] == ':' || Request.Contains(name));

    public static bool IsResponseHeader(string name) => ResponseOnly.Contains(name);

    public static bool IsUpgradeHeader(string name) =>
        name.Equals("Connection", StringComparison.OrdinalIgnoreCase) || name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase);
}
