using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Telemetry;

/// <summary>
/// What proxies measure, trace and log (telemetry.istio.io Telemetry). The root namespace's is the mesh's, a namespace's without selector is over
/// it, and one with a selector or target is over both.
/// </summary>
[NotEnforced(Stance.Warn, "Proxies record the standard metrics and write no access logs or spans; what the object changes has no effect yet.")]
public sealed record Telemetry
{
    /// <summary>The workloads it is for; null: all of the namespace, or of the mesh when it stands in the root namespace.</summary>
    public WorkloadSelector? Selector { get; init; }

    /// <summary>One object it is for, instead of a selector. Since Istio 1.21; write targetRefs.</summary>
    public PolicyTargetReference? TargetRef { get; init; }

    /// <summary>The objects it is for, instead of a selector; at most 16. Since Istio 1.22.</summary>
    public ImmutableArray<PolicyTargetReference> TargetRefs { get; init; } = [];

    /// <summary>How requests are traced.</summary>
    public ImmutableArray<TelemetryTracing> Tracing { get; init; } = [];

    /// <summary>Which metrics are recorded and how they are labelled.</summary>
    public ImmutableArray<TelemetryMetrics> Metrics { get; init; } = [];

    /// <summary>Which requests and connections are logged, and where to.</summary>
    public ImmutableArray<TelemetryAccessLogging> AccessLogging { get; init; } = [];
}

/// <summary>One of the mesh's extension providers.</summary>
public sealed record ProviderRef
{
    /// <summary>Its name in the mesh's settings.</summary>
    [Required]
    public string Name { get; init; } = "";
}

/// <summary>The side of a connection a workload is on (Istio's WorkloadMode).</summary>
public enum WorkloadMode
{
    /// <summary>Both.</summary>
    ClientAndServer,

    /// <summary>It calls.</summary>
    Client,

    /// <summary>It is called.</summary>
    Server,
}

/// <summary>Restricts settings to one side of connections.</summary>
public sealed record WorkloadModeSelector
{
    /// <summary>The side the workload is on.</summary>
    public WorkloadMode Mode { get; init; }
}
