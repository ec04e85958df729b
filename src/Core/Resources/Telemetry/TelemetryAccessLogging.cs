using System.Collections.Immutable;

namespace Mesh.Core.Resources.Telemetry;

/// <summary>Which requests and connections are logged (Istio's AccessLogging).</summary>
public sealed record TelemetryAccessLogging
{
    /// <summary>The side of connections it is for; null: both.</summary>
    public WorkloadModeSelector? Match { get; init; }

    /// <summary>Where the log goes; empty: the mesh's default providers.</summary>
    public ImmutableArray<ProviderRef> Providers { get; init; } = [];

    /// <summary>True: nothing is logged to these providers. Null: false.</summary>
    public bool? Disabled { get; init; }

    /// <summary>Which requests and connections are logged; null: all.</summary>
    public AccessLoggingFilter? Filter { get; init; }
}

/// <summary>Selects what is logged.</summary>
public sealed record AccessLoggingFilter
{
    /// <summary>A CEL expression that is true for what is logged: <c>response.code >= 400</c>.</summary>
    public string Expression { get; init; } = "";
}
