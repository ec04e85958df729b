using System.Net;

namespace Mesh.Sidecar.Http;

/// <summary>
/// The address a request is meant for, where its caller chooses the endpoint itself (Envoy's header for clusters that forward to the original
/// destination). What it names must still be an endpoint of the destination: routing decides about services, callers at most among a service's
/// endpoints. Gateways take it off (<see cref="Edge"/>); a route may set it.
/// </summary>
internal static class OriginalDestination
{
    public const string Header = "x-envoy-original-dst-host";

    /// <summary>Null without one; as in Envoy, a text that is no <c>IP:PORT</c> is none.</summary>
    public static IPEndPoint? Of(IHeaderDictionary headers) =>
        headers.TryGetValue(Header, out var values) && values.Count == 1 && IPEndPoint.TryParse(values[0]!, out var address) && address.Port > 0 ? address : null;
}
