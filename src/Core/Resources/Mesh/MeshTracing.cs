using System.Collections.Immutable;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.Telemetry;

namespace Mesh.Core.Resources.Mesh;

/// <summary>How proxies trace requests (Istio's Tracing in proxy settings); one tracer.</summary>
public sealed record MeshTracing
{
    /// <summary>Zipkin.</summary>
    [OneOf("tracer")]
    public TracerAddress? Zipkin { get; init; }

    /// <summary>Lightstep. Deprecated by Istio.</summary>
    [OneOf("tracer")]
    public LightstepTracer? Lightstep { get; init; }

    /// <summary>Datadog.</summary>
    [OneOf("tracer")]
    public TracerAddress? Datadog { get; init; }

    /// <summary>Google's operations suite.</summary>
    [OneOf("tracer")]
    public StackdriverTracer? Stackdriver { get; init; }

    /// <summary>OpenCensus. Deprecated by Istio.</summary>
    [OneOf("tracer")]
    public OpenCensusTracer? OpenCensusAgent { get; init; }

    /// <summary>Tags added to spans, by name.</summary>
    public ImmutableSortedDictionary<string, TracingCustomTag> CustomTags { get; init; } = ImmutableSortedDictionary<string, TracingCustomTag>.Empty;

    /// <summary>Characters of a path in a span at most; 0: 256.</summary>
    [Range(0, uint.MaxValue)]
    public long MaxPathTagLength { get; init; }

    /// <summary>Percent of the traces started here that are recorded; 0 is as left out: 1.</summary>
    [Range(0, 100)]
    public double Sampling { get; init; }

    /// <summary>How the tracer is reached; null: plain text.</summary>
    public ClientTlsSettings? TlsSettings { get; init; }

    /// <summary>Whether Istio's own tags are added; null: yes. Since Istio 1.27.</summary>
    public bool? EnableIstioTags { get; init; }
}

/// <summary>A tracer known by its address.</summary>
public sealed record TracerAddress
{
    /// <summary><c>host:port</c>.</summary>
    public string Address { get; init; } = "";
}

/// <summary>Lightstep.</summary>
public sealed record LightstepTracer
{
    /// <summary><c>host:port</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>The access token.</summary>
    [Sensitive]
    public string AccessToken { get; init; } = "";
}

/// <summary>Google's operations suite.</summary>
public sealed record StackdriverTracer
{
    /// <summary>Whether spans also go to standard output.</summary>
    public bool Debug { get; init; }

    /// <summary>Attributes of a span at most; null: 200.</summary>
    public long? MaxNumberOfAttributes { get; init; }

    /// <summary>Annotations of a span at most; null: 200.</summary>
    public long? MaxNumberOfAnnotations { get; init; }

    /// <summary>Message events of a span at most; null: 200.</summary>
    public long? MaxNumberOfMessageEvents { get; init; }
}

/// <summary>OpenCensus.</summary>
public sealed record OpenCensusTracer
{
    /// <summary>A gRPC name.</summary>
    public string Address { get; init; } = "";

    /// <summary>Headers that carry a trace on; empty: W3C_TRACE_CONTEXT.</summary>
    public ImmutableArray<OpenCensusTraceContext> Context { get; init; } = [];
}
