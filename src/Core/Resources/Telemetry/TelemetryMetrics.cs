using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Telemetry;

/// <summary>Changes to the metrics of some providers (Istio's Metrics).</summary>
public sealed record TelemetryMetrics
{
    /// <summary>The providers it is for; empty: the mesh's default ones.</summary>
    public ImmutableArray<ProviderRef> Providers { get; init; } = [];

    /// <summary>Changes in order; later ones are over earlier ones.</summary>
    public ImmutableArray<MetricsOverride> Overrides { get; init; } = [];

    /// <summary>How often TCP metrics are reported while a connection lasts; null: 5 s.</summary>
    [Duration(1)]
    public TimeSpan? ReportingInterval { get; init; }
}

/// <summary>A change to some metrics.</summary>
public sealed record MetricsOverride
{
    /// <summary>The metrics it changes; null: all, on both sides.</summary>
    public MetricSelector? Match { get; init; }

    /// <summary>True: not recorded; false: recorded again where a wider object says otherwise. Null: unchanged.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Changes to labels, by label.</summary>
    public ImmutableSortedDictionary<string, TagOverride> TagOverrides { get; init; } = ImmutableSortedDictionary<string, TagOverride>.Empty;
}

/// <summary>Some metrics on one side or both.</summary>
public sealed record MetricSelector
{
    /// <summary>One of Istio's metrics; null: all.</summary>
    [OneOf("metricMatch")]
    public IstioMetric? Metric { get; init; }

    /// <summary>A metric by another name.</summary>
    [OneOf("metricMatch")]
    public string? CustomMetric { get; init; }

    /// <summary>The side of connections.</summary>
    public WorkloadMode Mode { get; init; }
}

/// <summary>A change to one label of metrics.</summary>
public sealed record TagOverride
{
    /// <summary>Whether the label is set or removed.</summary>
    public TagOperation Operation { get; init; }

    /// <summary>A CEL expression over attributes, for UPSERT: <c>request.host</c>.</summary>
    public string Value { get; init; } = "";
}

/// <summary>What happens to a label (Istio's MetricsOverrides.TagOverride.Operation).</summary>
public enum TagOperation
{
    /// <summary>It is set, and added where it was not.</summary>
    Upsert,

    /// <summary>It is left out.</summary>
    Remove,
}

/// <summary>Istio's standard metrics (MetricSelector.IstioMetric).</summary>
public enum IstioMetric
{
    /// <summary>All of them.</summary>
    AllMetrics,

    /// <summary><c>istio_requests_total</c>.</summary>
    RequestCount,

    /// <summary><c>istio_request_duration_milliseconds</c>.</summary>
    RequestDuration,

    /// <summary><c>istio_request_bytes</c>.</summary>
    RequestSize,

    /// <summary><c>istio_response_bytes</c>.</summary>
    ResponseSize,

    /// <summary><c>istio_tcp_connections_opened_total</c>.</summary>
    TcpOpenedConnections,

    /// <summary><c>istio_tcp_connections_closed_total</c>.</summary>
    TcpClosedConnections,

    /// <summary><c>istio_tcp_sent_bytes_total</c>.</summary>
    TcpSentBytes,

    /// <summary><c>istio_tcp_received_bytes_total</c>.</summary>
    TcpReceivedBytes,

    /// <summary><c>istio_request_messages_total</c>, of gRPC.</summary>
    GrpcRequestMessages,

    /// <summary><c>istio_response_messages_total</c>, of gRPC.</summary>
    GrpcResponseMessages,
}
