using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Mesh;

/// <summary>A file takes access logs.</summary>
public sealed record FileAccessLogProvider
{
    /// <summary>The file; empty: <c>/dev/stdout</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>What an entry looks like; null: Istio's text.</summary>
    public FileAccessLogFormat? LogFormat { get; init; }

    /// <summary>Whether values that are missing are left out instead of shown as <c>-</c>. Since Istio 1.26.</summary>
    public bool OmitEmptyValues { get; init; }
}

/// <summary>What an entry of a file looks like.</summary>
public sealed record FileAccessLogFormat
{
    /// <summary>A line of text with Envoy's operators.</summary>
    [OneOf("logFormat")]
    public string? Text { get; init; }

    /// <summary>A JSON map with operators as values; empty: Istio's JSON.</summary>
    [OneOf("logFormat")]
    public AnyValue? Labels { get; init; }
}

/// <summary>A gRPC service takes access logs of HTTP.</summary>
public sealed record HttpAccessLogServiceProvider
{
    /// <summary>The service, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The log's name; empty: <c>http_envoy_accesslog</c>.</summary>
    public string LogName { get; init; } = "";

    /// <summary>Further objects of the proxy's state.</summary>
    public ImmutableArray<string> FilterStateObjectsToLog { get; init; } = [];

    /// <summary>Further headers of requests.</summary>
    public ImmutableArray<string> AdditionalRequestHeadersToLog { get; init; } = [];

    /// <summary>Further headers of answers.</summary>
    public ImmutableArray<string> AdditionalResponseHeadersToLog { get; init; } = [];

    /// <summary>Further trailers of answers.</summary>
    public ImmutableArray<string> AdditionalResponseTrailersToLog { get; init; } = [];
}

/// <summary>A gRPC service takes access logs of TCP.</summary>
public sealed record TcpAccessLogServiceProvider
{
    /// <summary>The service, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The log's name; empty: <c>tcp_envoy_accesslog</c>.</summary>
    public string LogName { get; init; } = "";

    /// <summary>Further objects of the proxy's state.</summary>
    public ImmutableArray<string> FilterStateObjectsToLog { get; init; } = [];
}

/// <summary>OpenTelemetry takes access logs.</summary>
public sealed record OpenTelemetryLogProvider
{
    /// <summary>The collector, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The log's name; empty: <c>otel_envoy_accesslog</c>.</summary>
    public string LogName { get; init; } = "";

    /// <summary>What an entry looks like; null: Istio's text.</summary>
    public OpenTelemetryLogFormat? LogFormat { get; init; }
}

/// <summary>What an entry looks like.</summary>
public sealed record OpenTelemetryLogFormat
{
    /// <summary>Its body, with Envoy's operators.</summary>
    public string Text { get; init; } = "";

    /// <summary>Its attributes.</summary>
    public AnyValue? Labels { get; init; }
}
