using System.Globalization;
using System.Text;
using Mesh.Sidecar.RateLimits;

namespace Mesh.Sidecar.Telemetry;

/// <summary>One gauge of the process, read at scrape time.</summary>
internal sealed record ProcessGauge(string Name, string Help, Func<double> Read);

/// <summary>Prometheus' text exposition format 0.0.4.</summary>
internal sealed class PrometheusText(RequestMetrics metrics, IReadOnlyList<ProcessGauge> gauges, UpstreamText upstreams, RouteStatistics routes, RateLimitStates limits)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public string Write()
    {
        var text = new StringBuilder(64 * 1024);
        var requests = metrics.Requests.ToArray();
        Counters(text, "istio_requests_total", requests.Select(s => (s.Labels, s.Requests)));
        Histograms(text, "istio_request_duration_milliseconds", requests, s => s.Duration);
        Histograms(text, "istio_request_bytes", requests, s => s.RequestBytes);
        Histograms(text, "istio_response_bytes", requests, s => s.ResponseBytes);
        var tcp = metrics.Tcp.ToArray();
        Counters(text, "istio_tcp_connections_opened_total", tcp.Select(s => (s.Labels, s.Opened)));
        Counters(text, "istio_tcp_connections_closed_total", tcp.Select(s => (s.Labels, s.Closed)));
        Counters(text, "istio_tcp_sent_bytes_total", tcp.Select(s => (s.Labels, s.Sent)));
        Counters(text, "istio_tcp_received_bytes_total", tcp.Select(s => (s.Labels, s.Received)));
        foreach (var gauge in gauges)
        {
            text.Append("# HELP ").Append(gauge.Name).Append(' ').Append(gauge.Help).Append('\n');
            text.Append("# TYPE ").Append(gauge.Name).Append(gauge.Name.EndsWith("_total", StringComparison.Ordinal) ? " counter\n" : " gauge\n");
            text.Append(gauge.Name).Append(' ').Append(gauge.Read().ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
        upstreams.Append(text);
        routes.Append(text);
        limits.Append(text);
        return text.ToString();
    }

    private static void Counters(StringBuilder text, string name, IEnumerable<(string Labels, long Value)> series)
    {
        text.Append("# TYPE ").Append(name).Append(" counter\n");
        foreach (var (labels, value) in series)
            text.Append(name).Append('{').Append(labels).Append("} ").Append(value).Append('\n');
    }

    private static void Histograms(StringBuilder text, string name, RequestSeries[] series, Func<RequestSeries, Histogram> pick)
    {
        text.Append("# TYPE ").Append(name).Append(" histogram\n");
        foreach (var one in series)
        {
            var histogram = pick(one);
            long count = 0;
            for (var i = 0; i <= histogram.Bounds.Length; i++)
            {
                count += histogram.Bucket(i);
                var bound = i < histogram.Bounds.Length ? histogram.Bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
                text.Append(name).Append("_bucket{").Append(one.Labels).Append(",le=\"").Append(bound).Append("\"} ").Append(count).Append('\n');
            }
            text.Append(name).Append("_sum{").Append(one.Labels).Append("} ").Append(histogram.Sum.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            text.Append(name).Append("_count{").Append(one.Labels).Append("} ").Append(count).Append('\n');
        }
    }
}
