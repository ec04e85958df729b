using System.Globalization;

namespace Mesh.Sidecar.Http;

/// <summary>Tells the client how long the upstream took, retries included; each proxy on the way puts its own figure in place of the last one's (Envoy).</summary>
internal static class UpstreamTime
{
    private const string Header = "x-envoy-upstream-service-time";

    private static readonly string[] Short = [.. Enumerable.Range(0, 1000).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    public static void Stamp(ProxyRequest request, IHeaderDictionary headers)
    {
        var elapsed = (long)TimeProvider.System.GetElapsedTime(request.StartedAt).TotalMilliseconds;
        headers[Header] = elapsed >= 0 && elapsed < Short.Length ? Short[elapsed] : elapsed.ToString(CultureInfo.InvariantCulture);
    }
}
