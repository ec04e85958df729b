using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Balancing;

internal enum BalancerKind
{
    RoundRobin,
    LeastRequest,
    Random,
    RingHash,
    Maglev,

    /// <summary>Two choices, compared by recent response time times requests in flight.</summary>
    PeakEwma,

    /// <summary>The endpoint that the caller names; any, where it names none.</summary>
    Passthrough,
}

internal enum UpstreamProtocol
{
    /// <summary>As the request came (the mesh's default).</summary>
    Downstream,
    Http1,
    Http2,
}

/// <summary>An upstream's settings, from an xDS cluster. Immutable.</summary>
internal sealed record UpstreamConfigModel
{
    public required string Name { get; init; }
    public BalancerKind Balancer { get; init; }
    public int Choices { get; init; } = 2;
    public HashingModel Hashing { get; init; } = new();
    public WarmupModel? Warmup { get; init; }
    public bool UsesLocalityWeights { get; init; }
    public ZoneModel? Zones { get; init; }

    /// <summary>Percent of the endpoints' number that is counted on: 140 means that two of seven may fail unnoticed.</summary>
    public int Overprovisioning { get; init; } = 140;
    public UpstreamProtocol Protocol { get; init; }
    public ConnectionSettings Connection { get; init; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), int.MaxValue);
    public ServiceIdentity Service { get; init; } = ServiceIdentity.Unknown;
    public string? EdsName { get; init; }
    public double PanicThreshold { get; init; } = 50;

    /// <summary>In panic nothing is sent, where else all endpoints were used.</summary>
    public bool FailsInPanic { get; init; }
    public OutlierModel? Outliers { get; init; }
    public int MaxRequests { get; init; } = int.MaxValue;
    public int MaxPending { get; init; } = int.MaxValue;
    public int MaxRetries { get; init; } = int.MaxValue;

    /// <summary>In place of <see cref="MaxRetries"/>.</summary>
    public RetryBudgetModel? RetryBudget { get; init; }
    public bool IsPassthrough { get; init; }

    /// <summary>How all endpoints are dialled that have no choice of their own; null is plain text.</summary>
    public Security.UpstreamTlsModel? Tls { get; init; }
}

/// <summary>Brings new endpoints up slowly: over <see cref="Window"/> from <see cref="Minimum"/> (a part of 1) to their weight. Immutable.</summary>
internal sealed record WarmupModel(TimeSpan Window, double Aggression, double Minimum)
{
    /// <summary>The part of its weight that an endpoint of this age gets (Envoy's slow start).</summary>
    public double At(TimeSpan age)
    {
        if (age >= Window) return 1;
        var part = Math.Max(1, age.TotalMilliseconds) / Window.TotalMilliseconds;
        return Math.Clamp(Aggression == 1 ? part : Math.Pow(part, 1 / Aggression), Minimum, 1);
    }
}

/// <summary>Retries at once in proportion to requests (Envoy's retry budget). Immutable.</summary>
internal sealed record RetryBudgetModel(double Percent, int Minimum)
{
    /// <summary>Time over which requests are counted; zero: those of the moment.</summary>
    public TimeSpan Interval { get; init; }

    public int Limit(long requests) => Math.Max(Minimum, (int)Math.Min(int.MaxValue, requests * Percent / 100));
}
