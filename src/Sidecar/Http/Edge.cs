using System.Net;

namespace Mesh.Sidecar.Http;

/// <summary>What a gateway writes about the client it sees. Internal headers from outside are not believed and go.</summary>
internal static class Edge
{
    public const string ClientCertificate = "x-forwarded-client-cert";

    public static void Stamp(ProxyRequest request, IHeaderDictionary headers)
    {
        foreach (var name in Internal) headers.Remove(name);
        var address = (request.Connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
        var before = headers["X-Forwarded-For"];
        headers["X-Forwarded-For"] = before.Count == 0 ? address : $"{before},{address}";
        headers["X-Forwarded-Proto"] = request.Connection.Chain.Tls is null ? "http" : "https";
    }

    private static readonly string[] Internal =
    [
        "x-envoy-internal", "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node", "x-envoy-decorator-operation",
        "x-envoy-original-path", "x-envoy-attempt-count", "x-envoy-expected-rq-timeout-ms",
    ];
}
