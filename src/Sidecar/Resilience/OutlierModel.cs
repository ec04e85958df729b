namespace Mesh.Sidecar.Resilience;

/// <summary>When an upstream's endpoints are taken out, with Envoy's defaults. Immutable.</summary>
internal sealed record OutlierModel
{
    public int ConsecutiveServerErrors { get; init; } = 5;
    public int ConsecutiveGatewayErrors { get; init; } = 5;
    public int ConsecutiveLocalFailures { get; init; } = 5;
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan BaseEjectionTime { get; init; } = TimeSpan.FromSeconds(30);
    public TimeSpan MaxEjectionTime { get; init; } = TimeSpan.FromSeconds(300);
    public TimeSpan MaxEjectionJitter { get; init; }
    public int MaxEjectionPercent { get; init; } = 10;
    public bool AlwaysEjectOne { get; init; }

    /// <summary>Failures to connect and timeouts count apart from what the application answers.</summary>
    public bool SplitsLocalErrors { get; init; }
    public int SuccessRateMinimumHosts { get; init; } = 5;
    public int SuccessRateVolume { get; init; } = 100;
    public double SuccessRateStdevFactor { get; init; } = 1.9;
    public int FailurePercentageThreshold { get; init; } = 85;
    public int FailurePercentageMinimumHosts { get; init; } = 5;
    public int FailurePercentageVolume { get; init; } = 50;

    /// <summary>The chance, in percent, that what was detected is acted upon; by <see cref="EjectionKind"/>.</summary>
    public required IReadOnlyList<int> Enforcing { get; init; }

    /// <summary>Statuses that count as errors instead of 5xx; null: 5xx.</summary>
    public IReadOnlySet<int>? ErrorCodes { get; init; }

    public bool CountsSuccessRates =>
        Enforces(EjectionKind.SuccessRate) || Enforces(EjectionKind.FailurePercentage) || Enforces(EjectionKind.LocalSuccessRate)
        || Enforces(EjectionKind.LocalFailurePercentage);

    public int Chance(EjectionKind kind) => Enforcing[(int)kind];

    private bool Enforces(EjectionKind kind) => Chance(kind) > 0;
}

/// <summary>Why an endpoint is taken out.</summary>
internal enum EjectionKind
{
    ConsecutiveServerErrors,
    ConsecutiveGatewayErrors,
    ConsecutiveLocalFailures,
    SuccessRate,
    LocalSuccessRate,
    FailurePercentage,
    LocalFailurePercentage,
}
