using System.Collections.Frozen;

namespace Mesh.Core.Validation;

/// <summary>The protocols ports may speak, in any case, as Istio names them.</summary>
internal static class Protocols
{
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
        ["HTTP", "HTTPS", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB", "MONGO", "REDIS", "MYSQL", "TCP", "TLS", "UDP"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Http = FrozenSet.ToFrozenSet(["HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB"], StringComparer.OrdinalIgnoreCase);

    /// <summary>HTTP that the proxy can read.</summary>
    public static bool IsHttp(string protocol) => Http.Contains(protocol);

    /// <summary>Carries a server name the proxy can read.</summary>
    public static bool IsTls(string protocol) => protocol.Equals("TLS", StringComparison.OrdinalIgnoreCase) || protocol.Equals("HTTPS", StringComparison.OrdinalIgnoreCase);

    /// <summary>Empty leaves it to the proxy to find out, where <paramref name="optional"/>.</summary>
    public static void Check(string protocol, RuleContext at, bool optional)
    {
        if (protocol.Length == 0 && optional) return;
        if (protocol.Equals("HBONE", StringComparison.OrdinalIgnoreCase)) at.Error("HBONE is the tunnel of Istio's ambient mode, which the mesh does not have", "Name what is spoken inside of it; sidecars encrypt by themselves.");
        else if (!Known.Contains(protocol)) at.ErrorOfMeaning($"unknown protocol {Names.Quote(protocol)}", $"Use one of {string.Join(", ", Known.Order(StringComparer.Ordinal))}.");
    }
}
