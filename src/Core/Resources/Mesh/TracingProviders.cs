using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Mesh;

/// <summary>Zipkin takes spans.</summary>
public sealed record ZipkinProvider
{
    /// <summary>The service, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Characters of a path in a span at most; 0: 256.</summary>
    [Range(0, uint.MaxValue)]
    public long MaxTagLength { get; init; }

    /// <summary>True: ids of 64 bits instead of 128.</summary>
    [ApiName("enable64bitTraceId")]
    public bool Enable64BitTraceId { get; init; }

    /// <summary>The path spans are sent to; empty: <c>/api/v2/spans</c>. Since Istio 1.25.</summary>
    public string Path { get; init; } = "";

    /// <summary>Which headers carry a trace on; USE_B3 when left out. Since Istio 1.28.</summary>
    public ZipkinTraceContext TraceContextOption { get; init; }

    /// <summary>How long sending may take; null: 5 s. Since Istio 1.29.</summary>
    [Duration(1)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Headers sent along. Since Istio 1.29.</summary>
    public ImmutableArray<ProviderHttpHeader> Headers { get; init; } = [];
}

/// <summary>Which headers carry a trace on.</summary>
public enum ZipkinTraceContext
{
    /// <summary>B3.</summary>
    [ApiName("USE_B3")]
    UseB3,

    /// <summary>B3, and W3C's traceparent where it comes without B3.</summary>
    [ApiName("USE_B3_WITH_W3C_PROPAGATION")]
    UseB3WithW3CPropagation,
}

/// <summary>Lightstep takes spans.</summary>
public sealed record LightstepProvider
{
    /// <summary>The service, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The access token.</summary>
    [Sensitive]
    public string AccessToken { get; init; } = "";

    /// <summary>Characters of a path in a span at most; 0: 256.</summary>
    [Range(0, uint.MaxValue)]
    public long MaxTagLength { get; init; }
}

/// <summary>Datadog takes spans.</summary>
public sealed record DatadogProvider
{
    /// <summary>The agent, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Characters of a path in a span at most; 0: 256.</summary>
    [Range(0, uint.MaxValue)]
    public long MaxTagLength { get; init; }
}

/// <summary>SkyWalking takes spans.</summary>
public sealed record SkyWalkingProvider
{
    /// <summary>The receiver, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The access token.</summary>
    [Sensitive]
    public string AccessToken { get; init; } = "";
}

/// <summary>Google's operations suite.</summary>
public sealed record StackdriverProvider
{
    /// <summary>Whether spans also go to standard output. Deprecated by Istio.</summary>
    public bool Debug { get; init; }

    /// <summary>Attributes of a span at most; null: 200. Deprecated by Istio.</summary>
    public long? MaxNumberOfAttributes { get; init; }

    /// <summary>Annotations of a span at most; null: 200. Deprecated by Istio.</summary>
    public long? MaxNumberOfAnnotations { get; init; }

    /// <summary>Message events of a span at most; null: 200. Deprecated by Istio.</summary>
    public long? MaxNumberOfMessageEvents { get; init; }

    /// <summary>Characters of a path in a span at most; 0: 256.</summary>
    [Range(0, uint.MaxValue)]
    public long MaxTagLength { get; init; }

    /// <summary>Logs.</summary>
    public StackdriverLogging? Logging { get; init; }
}

/// <summary>Labels of log entries.</summary>
public sealed record StackdriverLogging
{
    /// <summary>CEL expressions by label.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>OpenCensus takes spans.</summary>
public sealed record OpenCensusProvider
{
    /// <summary>The agent, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Headers that carry a trace on; empty: W3C_TRACE_CONTEXT.</summary>
    public ImmutableArray<OpenCensusTraceContext> Context { get; init; } = [];

    /// <summary>Characters of a path in a span at most; 0: 256.</summary>
    [Range(0, uint.MaxValue)]
    public long MaxTagLength { get; init; }
}

/// <summary>Headers that carry a trace on.</summary>
public enum OpenCensusTraceContext
{
    /// <summary>Not to be used.</summary>
    Unspecified,

    /// <summary><c>traceparent</c>.</summary>
    [ApiName("W3C_TRACE_CONTEXT")]
    W3CTraceContext,

    /// <summary><c>grpc-trace-bin</c>.</summary>
    GrpcBin,

    /// <summary><c>X-Cloud-Trace-Context</c>.</summary>
    CloudTraceContext,

    /// <summary><c>X-B3-*</c>.</summary>
    B3,
}

/// <summary>OpenTelemetry takes spans.</summary>
public sealed record OpenTelemetryProvider
{
    /// <summary>The collector, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Characters of a path in a span at most; 0: 256.</summary>
    [Range(0, uint.MaxValue)]
    public long MaxTagLength { get; init; }

    /// <summary>Sends by HTTP; null: by gRPC.</summary>
    public ProviderHttpService? Http { get; init; }

    /// <summary>Settings of sending by gRPC. Since Istio 1.26.</summary>
    public ProviderGrpcService? Grpc { get; init; }

    /// <summary>Where the resource's attributes come from.</summary>
    public ResourceDetectors? ResourceDetectors { get; init; }

    /// <summary>Which traces are recorded, by Dynatrace; null: by the percentage. Since Istio 1.22.</summary>
    [OneOf("sampling")]
    public DynatraceSampler? DynatraceSampler { get; init; }

    /// <summary>Where a span's service name and the like come from; empty: Istio's. Since Istio 1.29.</summary>
    public ServiceAttributeEnrichment ServiceAttributeEnrichment { get; init; }
}

/// <summary>Where a span's service attributes come from.</summary>
public enum ServiceAttributeEnrichment
{
    /// <summary>Istio's own rules.</summary>
    Unspecified,

    /// <summary>The conventions of OpenTelemetry.</summary>
    OtelSemanticConventions,
}

/// <summary>Sending by HTTP.</summary>
public sealed record ProviderHttpService
{
    /// <summary>The path.</summary>
    [Required]
    public string Path { get; init; } = "";

    /// <summary>How long sending may take; null: 3 s.</summary>
    [Duration(1)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Headers sent along.</summary>
    public ImmutableArray<ProviderHttpHeader> Headers { get; init; } = [];
}

/// <summary>Sending by gRPC.</summary>
public sealed record ProviderGrpcService
{
    /// <summary>How long sending may take; null: 3 s.</summary>
    [Duration(1)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Metadata sent along.</summary>
    public ImmutableArray<ProviderHttpHeader> InitialMetadata { get; init; } = [];
}

/// <summary>A header sent along; its value is written here or is in a variable of the environment.</summary>
public sealed record ProviderHttpHeader
{
    /// <summary>The header.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The value.</summary>
    [OneOf("headerValue"), Sensitive]
    public string? Value { get; init; }

    /// <summary>The variable with the value. Since Istio 1.26.</summary>
    [OneOf("headerValue")]
    public string? EnvName { get; init; }
}

/// <summary>Where a resource's attributes come from.</summary>
public sealed record ResourceDetectors
{
    /// <summary>The variable <c>OTEL_RESOURCE_ATTRIBUTES</c>.</summary>
    public EnvironmentResourceDetector? Environment { get; init; }

    /// <summary>Dynatrace's files.</summary>
    public DynatraceResourceDetector? Dynatrace { get; init; }
}

/// <summary>The environment; nothing to set.</summary>
public sealed record EnvironmentResourceDetector;

/// <summary>Dynatrace's files; nothing to set.</summary>
public sealed record DynatraceResourceDetector;

/// <summary>Which traces are recorded, by Dynatrace.</summary>
public sealed record DynatraceSampler
{
    /// <summary>The tenant.</summary>
    [Required]
    public string Tenant { get; init; } = "";

    /// <summary>The cluster.</summary>
    [Required]
    public int? ClusterId { get; init; }

    /// <summary>Spans a minute while the service cannot be asked; 0: 1000.</summary>
    [Range(0, uint.MaxValue)]
    public long RootSpansPerMinute { get; init; }

    /// <summary>Where it is asked; null: where spans go.</summary>
    public DynatraceApi? HttpService { get; init; }
}

/// <summary>Dynatrace's API.</summary>
public sealed record DynatraceApi
{
    /// <summary>The service, <c>host</c> or <c>namespace/host</c>.</summary>
    [Required]
    public string Service { get; init; } = "";

    /// <summary>Its port.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>How it is asked.</summary>
    [Required]
    public ProviderHttpService? Http { get; init; }
}
