using System.Globalization;
using System.Net;

namespace Mesh.Bench.LocalMesh;

/// <summary>Reads a sidecar's own counts from its Prometheus endpoint.</summary>
internal sealed class MetricsCount : IDisposable
{
    private const string Allocated = "mesh_sidecar_allocated_bytes_total";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public async Task<long> RequestsAsync(IPAddress proxy, string reporter, CancellationToken cancellation)
    {
        var text = await ReadAsync(proxy, cancellation);
        return text.Split('\n')
            .Where(l => l.StartsWith("istio_requests_total{", StringComparison.Ordinal)
                && l.Contains($"reporter=\"{reporter}\"", StringComparison.Ordinal))
            .Sum(l => (long)double.Parse(l[(l.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    /// <summary>Null for a build that does not tell.</summary>
    public async Task<double?> AllocatedBytesAsync(IPAddress proxy, CancellationToken cancellation)
    {
        var text = await ReadAsync(proxy, cancellation);
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(Allocated + " ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(Allocated.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private Task<string> ReadAsync(IPAddress proxy, CancellationToken cancellation) =>
        _http.GetStringAsync(new Uri($"http://{proxy}:15090/stats/prometheus"), cancellation);

    public void Dispose() => _http.Dispose();
}
