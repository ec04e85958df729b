using System.Collections.Concurrent;
using System.Text;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Telemetry;

/// <summary>
/// Counters of upstreams under the names Envoy's users know. Only those that are not zero: a mesh of thousands of services has few with
/// anything to tell.
/// </summary>
internal sealed class UpstreamText(ConcurrentDictionary<string, UpstreamState> upstreams)
{
    private static readonly (EjectionKind Kind, string Name)[] Kinds =
    [
        (EjectionKind.ConsecutiveServerErrors, "consecutive_5xx"),
        (EjectionKind.ConsecutiveGatewayErrors, "consecutive_gateway_failure"),
        (EjectionKind.ConsecutiveLocalFailures, "consecutive_local_origin_failure"),
        (EjectionKind.SuccessRate, "success_rate"),
        (EjectionKind.LocalSuccessRate, "local_origin_success_rate"),
        (EjectionKind.FailurePercentage, "failure_percentage"),
        (EjectionKind.LocalFailurePercentage, "local_origin_failure_percentage"),
    ];

    private static readonly (UpstreamCounter Counter, string Name)[] Counters =
    [
        (UpstreamCounter.Overflow, "upstream_rq_pending_overflow"),
        (UpstreamCounter.ConnectionOverflow, "upstream_cx_overflow"),
        (UpstreamCounter.Retry, "upstream_rq_retry"),
        (UpstreamCounter.RetrySuccess, "upstream_rq_retry_success"),
        (UpstreamCounter.RetryOverflow, "upstream_rq_retry_overflow"),
        (UpstreamCounter.RetryLimitExceeded, "upstream_rq_retry_limit_exceeded"),
        (UpstreamCounter.RetryAbandoned, "retry_or_shadow_abandoned"),
        (UpstreamCounter.RetryWithheld, "upstream_rq_retry_withheld"),
        (UpstreamCounter.Timeout, "upstream_rq_timeout"),
        (UpstreamCounter.PerTryTimeout, "upstream_rq_per_try_timeout"),
    ];

    public void Append(StringBuilder text)
    {
        var all = upstreams.Values.OrderBy(u => u.Name, StringComparer.Ordinal).ToArray();
        var detecting = all.Where(u => u.Outliers is not null).ToArray();
        Series(text, "outlier_detection_ejections_active", "gauge", detecting, u => u.Outliers!.Active);
        Series(text, "outlier_detection_ejections_enforced_total", "counter", detecting, u => Kinds.Sum(k => u.Outliers!.Enforced(k.Kind)));
        foreach (var (kind, name) in Kinds)
            Series(text, $"outlier_detection_ejections_enforced_{name}", "counter", detecting, u => u.Outliers!.Enforced(kind));
        Series(text, "outlier_detection_ejections_detected_total", "counter", detecting, u => u.Outliers!.Detected);
        Series(text, "outlier_detection_ejections_overflow", "counter", detecting, u => u.Outliers!.Overflows);
        foreach (var (counter, name) in Counters) Series(text, name, "counter", all, u => u.Count(counter));
    }

    private static void Series(StringBuilder text, string name, string type, UpstreamState[] upstreams, Func<UpstreamState, long> read)
    {
        var isFirst = true;
        foreach (var upstream in upstreams)
        {
            var value = read(upstream);
            if (value == 0) continue;
            if (isFirst) text.Append("# TYPE envoy_cluster_").Append(name).Append(' ').Append(type).Append('\n');
            isFirst = false;
            text.Append("envoy_cluster_").Append(name).Append("{cluster_name=\"").Append(upstream.Name).Append("\"} ").Append(value).Append('\n');
        }
    }
}
