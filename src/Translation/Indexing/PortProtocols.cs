namespace Mesh.Translation.Indexing;

/// <summary>Istio's protocol selection: <c>appProtocol</c>, else the prefix of the port's name, else well-known ports.</summary>
internal static class PortProtocols
{
    public static PortProtocol Select(string? transport, string? appProtocol, string? name, int port)
    {
        if (string.Equals(transport, "UDP", StringComparison.OrdinalIgnoreCase)) return PortProtocol.Udp;
        if (!string.IsNullOrEmpty(appProtocol)) return Parse(appProtocol);
        var declared = FromName(name);
        return declared == PortProtocol.Auto && port is 25 or 53 or 3306 or 27017 ? PortProtocol.Tcp : declared;
    }

    public static bool IsHttp(this PortProtocol protocol) => protocol <= PortProtocol.GrpcWeb;

    public static bool IsHttp2(this PortProtocol protocol) =>
        protocol is PortProtocol.Http2 or PortProtocol.Grpc or PortProtocol.GrpcWeb;

    private static PortProtocol FromName(string? name)
    {
        if (string.IsNullOrEmpty(name)) return PortProtocol.Auto;
        if (name.Equals("grpc-web", StringComparison.OrdinalIgnoreCase) ||
            name.StartsWith("grpc-web-", StringComparison.OrdinalIgnoreCase))
            return PortProtocol.GrpcWeb;
        var dash = name.IndexOf('-');
        return Parse(dash < 0 ? name : name[..dash]);
    }

    private static PortProtocol Parse(string text) => text.ToLowerInvariant() switch
    {
        "http" or "http_proxy" or "kubernetes.io/ws" => PortProtocol.Http,
        "http2" or "kubernetes.io/h2c" => PortProtocol.Http2,
        "grpc" => PortProtocol.Grpc,
        "grpc-web" => PortProtocol.GrpcWeb,
        "https" or "tls" or "kubernetes.io/wss" => PortProtocol.Tls,
        "tcp" or "mongo" or "mysql" or "redis" => PortProtocol.Tcp,
        "udp" => PortProtocol.Udp,
        _ => PortProtocol.Auto,
    };
}
