using System.Globalization;
using System.Net;

namespace Mesh.Bench.LocalMesh;

/// <summary>Reads a sidecar's own count of requests from its Prometheus endpoint.</summary>
internal sealed class MetricsCount : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public async Task<long> RequestsAsync(IPAddress proxy, string reporter, CancellationToken cancellation)
    {
        var text = await _http.GetStringAsync(new Uri($"http://{proxy}:15090/stats/prometheus"), cancellation);
        return text.Split('\n')
            .Where(l => l.StartsWith("istio_requests_total{", StringComparison.Ordinal)
                && l.Contains($"reporter=\"{reporter}\"", StringComparison.Ordinal))
            .Sum(l => (long)double.Parse(l[(l.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    public void Dispose() => _http.Dispose();
}
