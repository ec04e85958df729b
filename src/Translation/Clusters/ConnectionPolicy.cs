using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Percent = Envoy.Type.V3.Percent;
using UserKeepalive = Mesh.Core.Resources.Networking.TcpKeepalive;

namespace Mesh.Translation.Clusters;

/// <summary>Turns a DestinationRule's connection pool and retry budget into circuit breakers and connection options.</summary>
internal static class ConnectionPolicy
{
    private const double DefaultBudgetPercent = 20;
    private const int DefaultMinRetryConcurrency = 3;

    /// <summary>Envoy's own defaults (1,024 each) would limit without anybody having asked for it; so Istio does.</summary>
    public static CircuitBreakers Breakers(ConnectionPoolSettings? pool, RetryBudget? budget)
    {
        var http = pool?.Http;
        var thresholds = new CircuitBreakers.Types.Thresholds
        {
            MaxConnections = Limit(pool?.Tcp?.MaxConnections),
            MaxPendingRequests = Limit(http?.Http1MaxPendingRequests),
            MaxRequests = Limit(http?.Http2MaxRequests),
            MaxRetries = Limit(http?.MaxRetries),
        };
        if (budget is not null) thresholds.RetryBudget = Budget(budget);
        return new CircuitBreakers { Thresholds = { thresholds } };
    }

    private static CircuitBreakers.Types.Thresholds.Types.RetryBudget Budget(RetryBudget budget)
    {
        var result = new CircuitBreakers.Types.Thresholds.Types.RetryBudget
        {
            BudgetPercent = new Percent { Value = budget.Percent ?? DefaultBudgetPercent },
            MinRetryConcurrency = (uint)(budget.MinRetryConcurrency ?? DefaultMinRetryConcurrency),
        };
        if (budget.BudgetInterval is { Ticks: > 0 } interval) result.BudgetInterval = Duration.FromTimeSpan(interval);
        return result;
    }

    /// <summary>What holds for HTTP connections of any version; null when nothing is asked for.</summary>
    public static HttpProtocolOptions? Common(ConnectionPoolSettings? pool)
    {
        var options = new HttpProtocolOptions();
        if (pool?.Http?.IdleTimeout is { } idle) options.IdleTimeout = Duration.FromTimeSpan(idle);
        if (pool?.Http?.MaxRequestsPerConnection is > 0 and var requests) options.MaxRequestsPerConnection = (uint)requests;
        if (pool?.Tcp?.MaxConnectionDuration is { } duration) options.MaxConnectionDuration = Duration.FromTimeSpan(duration);
        return options.Equals(new HttpProtocolOptions()) ? null : options;
    }

    public static Http2ProtocolOptions Http2(ConnectionPoolSettings? pool)
    {
        var options = new Http2ProtocolOptions();
        if (pool?.Http?.MaxConcurrentStreams is > 0 and var streams) options.MaxConcurrentStreams = (uint)streams;
        return options;
    }

    public static UpstreamConnectionOptions? Keepalive(UserKeepalive? keepalive)
    {
        if (keepalive is null) return null;
        var options = new Envoy.Config.Core.V3.TcpKeepalive();
        if (keepalive.Probes > 0) options.KeepaliveProbes = (uint)keepalive.Probes;
        if (keepalive.Time is { } time) options.KeepaliveTime = Seconds(time);
        if (keepalive.Interval is { } interval) options.KeepaliveInterval = Seconds(interval);
        return new UpstreamConnectionOptions { TcpKeepalive = options };
    }

    private static uint Seconds(TimeSpan time) => (uint)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, int.MaxValue);

    private static uint Limit(int? value) => value is > 0 ? (uint)value : uint.MaxValue;
}
