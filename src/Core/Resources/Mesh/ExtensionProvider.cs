using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Mesh;

/// <summary>Something outside the mesh that other objects refer to by name (Istio's ExtensionProvider); exactly one kind of provider.</summary>
public sealed record ExtensionProvider
{
    /// <summary>Its name, unique in the mesh.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>An authorizer asked by HTTP.</summary>
    [OneOf("provider")]
    public ExtAuthzHttpProvider? EnvoyExtAuthzHttp { get; init; }

    /// <summary>An authorizer asked by gRPC.</summary>
    [OneOf("provider")]
    public ExtAuthzGrpcProvider? EnvoyExtAuthzGrpc { get; init; }

    /// <summary>Zipkin takes spans.</summary>
    [OneOf("provider")]
    public ZipkinProvider? Zipkin { get; init; }

    /// <summary>Lightstep takes spans. Deprecated by Istio: use opentelemetry.</summary>
    [OneOf("provider")]
    public LightstepProvider? Lightstep { get; init; }

    /// <summary>Datadog takes spans.</summary>
    [OneOf("provider")]
    public DatadogProvider? Datadog { get; init; }

    /// <summary>Google's operations suite takes spans, metrics and logs.</summary>
    [OneOf("provider")]
    public StackdriverProvider? Stackdriver { get; init; }

    /// <summary>OpenCensus takes spans. Deprecated by Istio: use opentelemetry.</summary>
    [OneOf("provider")]
    public OpenCensusProvider? Opencensus { get; init; }

    /// <summary>SkyWalking takes spans.</summary>
    [OneOf("provider")]
    public SkyWalkingProvider? Skywalking { get; init; }

    /// <summary>OpenTelemetry takes spans.</summary>
    [OneOf("provider")]
    public OpenTelemetryProvider? Opentelemetry { get; init; }

    /// <summary>Prometheus reads metrics.</summary>
    [OneOf("provider")]
    public PrometheusProvider? Prometheus { get; init; }

    /// <summary>A file takes access logs.</summary>
    [OneOf("provider")]
    public FileAccessLogProvider? EnvoyFileAccessLog { get; init; }

    /// <summary>A gRPC service takes access logs of HTTP.</summary>
    [OneOf("provider")]
    public HttpAccessLogServiceProvider? EnvoyHttpAls { get; init; }

    /// <summary>A gRPC service takes access logs of TCP.</summary>
    [OneOf("provider")]
    public TcpAccessLogServiceProvider? EnvoyTcpAls { get; init; }

    /// <summary>OpenTelemetry takes access logs.</summary>
    [OneOf("provider")]
    public OpenTelemetryLogProvider? EnvoyOtelAls { get; init; }

    /// <summary>A service of secrets for gateways. Since Istio 1.27.</summary>
    [OneOf("provider")]
    public SdsProvider? Sds { get; init; }
}

/// <summary>Prometheus reads metrics; nothing to set.</summary>
public sealed record PrometheusProvider;

/// <summary>A service of secrets.</summary>
public sealed record SdsProvider
{
    /// <summary>The prefix of credential names it is asked for.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The service, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }
}
