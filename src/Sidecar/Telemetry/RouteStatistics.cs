using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Mesh.Sidecar.Telemetry;

/// <summary>
/// Counters of routes that ask for them (<c>stat_prefix</c>), by virtual host and prefix; they outlive changes of the routes. Their number is
/// that of prefixes somebody wrote. Safe from all threads.
/// </summary>
internal sealed class RouteStatistics
{
    private readonly ConcurrentDictionary<(string Host, string Prefix), RouteSeries> _series = new();

    public RouteSeries For(string host, string prefix) => _series.GetOrAdd((host, prefix), static _ => new RouteSeries());

    public void Append(StringBuilder text)
    {
        text.Append("# TYPE mesh_sidecar_route_requests_total counter\n");
        foreach (var ((host, prefix), series) in _series)
            for (var code = 0; code <= RouteSeries.Classes; code++)
                if (series.Of(code) is > 0 and var count)
                    text.Append("mesh_sidecar_route_requests_total{virtual_host=\"").Append(Escaped(host)).Append("\",stat_prefix=\"").Append(Escaped(prefix))
                        .Append("\",response_code_class=\"").Append(code == 0 ? "none" : $"{code}xx").Append("\"} ")
                        .Append(count.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}

/// <summary>Requests of one route by the class of their response's status; class 0 had no response.</summary>
internal sealed class RouteSeries
{
    public const int Classes = 5;

    private readonly long[] _counts = new long[Classes + 1];

    public void Count(int status) => Interlocked.Increment(ref _counts[Math.Clamp(status / 100, 0, Classes)]);

    public long Of(int statusClass) => Volatile.Read(ref _counts[statusClass]);
}
