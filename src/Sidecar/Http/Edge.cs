using System.Net;

namespace Mesh.Sidecar.Http;

/// <summary>
/// What a gateway writes about the client it sees (Envoy's use_remote_address with no trusted hop before it). What a client says of itself in
/// the mesh's own headers is not believed and goes; headers that ask for retries end at every proxy (<see cref="HopByHop"/>).
/// </summary>
internal static class Edge
{
    public const string Operation = "x-envoy-decorator-operation";

    private static readonly string[] Internal =
    [
        "x-envoy-internal", "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node", Operation,
        "x-envoy-original-path", "x-envoy-original-host", "x-envoy-attempt-count", "x-envoy-expected-rq-timeout-ms", "x-envoy-force-trace",
        "x-envoy-ip-tags", "x-envoy-upstream-alt-stat-name", "x-envoy-upstream-rq-timeout-alt-response", "x-envoy-is-timeout-retry",
        OriginalDestination.Header,
    ];

    public static void Stamp(ProxyRequest request, IHeaderDictionary headers)
    {
        foreach (var name in Internal) headers.Remove(name);
        var address = (request.Connection.RemoteEndPoint as IPEndPoint)?.Address.ToString() ?? "";
        var before = headers["X-Forwarded-For"];
        headers["X-Forwarded-For"] = before.Count == 0 ? address : $"{before},{address}";
        headers["X-Forwarded-Proto"] = request.Connection.Chain.Tls is null ? "http" : "https";
        headers["x-envoy-external-address"] = address;
        // One from outside could be made to look like another's in logs and traces.
        if (request.Chain.GenerateRequestId) headers["X-Request-Id"] = RequestId.Next();
    }
}
