using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Balancing;

internal enum EndpointHealth
{
    Healthy,
    Degraded,
    Draining,
    Unhealthy,
}

/// <summary>An endpoint as one configuration sees it. Immutable.</summary>
internal sealed record EndpointModel(EndpointState State, EndpointHealth Health, uint Weight, uint Priority, string? Hostname, PeerIdentity Destination)
{
    public bool IsMutualTls => State.Key.Tls is not null;
}

internal enum BalancerKind
{
    RoundRobin,
    LeastRequest,
    Random,
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
    public UpstreamProtocol Protocol { get; init; }
    public ConnectionSettings Connection { get; init; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), int.MaxValue);
    public ServiceIdentity Service { get; init; } = ServiceIdentity.Unknown;
    public string? EdsName { get; init; }
    public double PanicThreshold { get; init; } = 50;
    public int MaxRequests { get; init; } = int.MaxValue;
    public int MaxRetries { get; init; } = int.MaxValue;
    public bool IsPassthrough { get; init; }
}

/// <summary>
/// An upstream in force: settings and endpoints, with the endpoints to choose from laid out in a schedule (weights expanded), so that a
/// pick is one index. Immutable.
/// </summary>
internal sealed class UpstreamModel(UpstreamConfigModel config, IReadOnlyList<EndpointModel> endpoints)
{
    // Weights beyond this many slots are scaled down: 0.1 % steps are finer than any split is measured.
    private const int MaxSlots = 1024;

    public UpstreamConfigModel Config { get; } = config;
    public IReadOnlyList<EndpointModel> Endpoints { get; } = endpoints;
    public EndpointModel[] Schedule { get; } = BuildSchedule(Candidates(endpoints, config.PanicThreshold));

    /// <summary>
    /// Of the lowest priority that has any: the healthy ones, else the degraded. Where fewer than the panic threshold are usable, all of
    /// that priority (Envoy's panic mode). Endpoints that drain come last and are no part of panic.
    /// </summary>
    internal static IReadOnlyList<EndpointModel> Candidates(IReadOnlyList<EndpointModel> endpoints, double panicThreshold)
    {
        IReadOnlyList<EndpointModel>? panic = null;
        foreach (var priority in endpoints.Select(e => e.Priority).Distinct().Order())
        {
            var alive = endpoints.Where(e => e.Priority == priority && e.Health != EndpointHealth.Draining).ToArray();
            var healthy = alive.Where(e => e.Health == EndpointHealth.Healthy).ToArray();
            var usable = healthy.Length > 0 ? healthy : [.. alive.Where(e => e.Health == EndpointHealth.Degraded)];
            if (usable.Length > 0) return 100.0 * usable.Length >= panicThreshold * alive.Length ? usable : alive;
            if (alive.Length > 0 && panicThreshold > 0) panic ??= alive;
        }
        return panic ?? [.. endpoints.Where(e => e.Health == EndpointHealth.Draining)];
    }

    /// <summary>Each endpoint in proportion to its weight, spread evenly (smooth weighted round robin, laid out once).</summary>
    internal static EndpointModel[] BuildSchedule(IReadOnlyList<EndpointModel> candidates)
    {
        if (candidates.Count == 0) return [];
        var weights = candidates.Select(c => (long)Math.Max(1, c.Weight)).ToArray();
        var divisor = weights.Aggregate(Gcd);
        for (var i = 0; i < weights.Length; i++) weights[i] /= divisor;
        var total = weights.Sum();
        if (total > MaxSlots)
        {
            for (var i = 0; i < weights.Length; i++) weights[i] = Math.Max(1, weights[i] * MaxSlots / total);
            total = weights.Sum();
        }
        var current = new long[weights.Length];
        var schedule = new EndpointModel[total];
        for (var slot = 0; slot < total; slot++)
        {
            var best = 0;
            for (var i = 0; i < weights.Length; i++)
                if ((current[i] += weights[i]) > current[best] || i == 0) best = i;
            current[best] -= total;
            schedule[slot] = candidates[best];
        }
        return schedule;
    }

    private static long Gcd(long a, long b) => b == 0 ? a : Gcd(b, a % b);
}

/// <summary>
/// An upstream by name: routes hold this for ever, updates swap <see cref="Model"/>; null while the upstream is not known. The counters
/// are circuit breakers' and change with each request.
/// </summary>
internal sealed class UpstreamState(string name)
{
    private volatile UpstreamModel? _model;
    private int _requests;
    private int _retries;
    private uint _next = (uint)Random.Shared.Next();

    public string Name { get; } = name;

    public UpstreamModel? Model
    {
        get => _model;
        set => _model = value;
    }

    public int ActiveRequests => Volatile.Read(ref _requests);

    public bool TryStartRequest(int limit) => TryCount(ref _requests, limit);

    public void EndRequest() => Interlocked.Decrement(ref _requests);

    public bool TryStartRetry(int limit) => TryCount(ref _retries, limit);

    public void EndRetry() => Interlocked.Decrement(ref _retries);

    /// <summary>A running number for round robin.</summary>
    public uint NextTicket() => Interlocked.Increment(ref _next);

    private static bool TryCount(ref int counter, int limit)
    {
        if (Interlocked.Increment(ref counter) <= limit) return true;
        Interlocked.Decrement(ref counter);
        return false;
    }
}
