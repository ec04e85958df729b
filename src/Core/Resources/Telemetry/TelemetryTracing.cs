using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Telemetry;

/// <summary>How requests are traced (Istio's Tracing); what is left out comes from the next wider object.</summary>
public sealed record TelemetryTracing
{
    /// <summary>The side of connections it is for; null: both.</summary>
    public WorkloadModeSelector? Match { get; init; }

    /// <summary>Where spans go; at most one. Empty: the mesh's default provider.</summary>
    public ImmutableArray<ProviderRef> Providers { get; init; } = [];

    /// <summary>Percent of the traces started here that are recorded, 0 to 100 in steps of 0.01; a caller's decision stands. Null: 1.</summary>
    [Range(0, 100)]
    public double? RandomSamplingPercentage { get; init; }

    /// <summary>True: no span is sent; context is still passed on. Null: false.</summary>
    public bool? DisableSpanReporting { get; init; }

    /// <summary>True: no trace headers are made or changed. Null: false. Since Istio 1.29.</summary>
    public bool? DisableContextPropagation { get; init; }

    /// <summary>Tags added to spans, by name; replaces those of wider objects.</summary>
    public ImmutableSortedDictionary<string, TracingCustomTag> CustomTags { get; init; } = ImmutableSortedDictionary<string, TracingCustomTag>.Empty;

    /// <summary>Whether Istio's own tags (workload names and the like) are added; null: true. Since Istio 1.27.</summary>
    public bool? EnableIstioTags { get; init; }

    /// <summary>Whether the request id decides about sampling; null: true.</summary>
    public bool? UseRequestIdForTraceSampling { get; init; }
}

/// <summary>Where a tag's value comes from; exactly one.</summary>
public sealed record TracingCustomTag
{
    /// <summary>Always the same.</summary>
    [OneOf("type")]
    public TracingLiteral? Literal { get; init; }

    /// <summary>A variable of the proxy's environment.</summary>
    [OneOf("type")]
    public TracingEnvironment? Environment { get; init; }

    /// <summary>A header of the request.</summary>
    [OneOf("type")]
    public TracingRequestHeader? Header { get; init; }

    /// <summary>An access log format. Since Istio 1.28.</summary>
    [OneOf("type")]
    public TracingFormatter? Formatter { get; init; }
}

/// <summary>A fixed value.</summary>
public sealed record TracingLiteral
{
    /// <summary>The value.</summary>
    [Required]
    public string Value { get; init; } = "";
}

/// <summary>A value from the environment.</summary>
public sealed record TracingEnvironment
{
    /// <summary>The variable.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The value when the variable is not set; empty: no tag.</summary>
    public string DefaultValue { get; init; } = "";
}

/// <summary>A value from a header.</summary>
public sealed record TracingRequestHeader
{
    /// <summary>The header.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The value when the header is absent; empty: no tag.</summary>
    public string DefaultValue { get; init; } = "";
}

/// <summary>A value made by access log operators.</summary>
public sealed record TracingFormatter
{
    /// <summary>Text with operators: <c>%REQ(X-TENANT)%</c>.</summary>
    [Required]
    public string Value { get; init; } = "";
}
