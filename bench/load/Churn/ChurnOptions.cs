namespace Mesh.Bench.Churn;

/// <summary>What <c>mesh-bench churn</c> was asked for.</summary>
internal sealed record ChurnOptions
{
    public required int Changes { get; init; }

    /// <summary>Over which the changes are spread, evenly.</summary>
    public required TimeSpan Duration { get; init; }

    public required int Connections { get; init; }

    /// <summary>How long all is quiet before what the sidecars hold is counted: they give memory back only then.</summary>
    public required TimeSpan Rest { get; init; }

    public required int Replicas { get; init; }

    public required string? Meshctl { get; init; }

    public required TimeSpan StartLimit { get; init; }

    public required bool Keep { get; init; }
}
