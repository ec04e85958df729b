namespace Mesh.Sidecar.Balancing;

/// <summary>Endpoints a request has already tried, few; no allocation for the first.</summary>
internal struct TriedEndpoints
{
    private EndpointState? _first;
    private List<EndpointState>? _more;

    public void Add(EndpointState endpoint)
    {
        if (_first is null) _first = endpoint;
        else (_more ??= []).Add(endpoint);
    }

    public readonly bool Contains(EndpointState endpoint) =>
        ReferenceEquals(_first, endpoint) || (_more is not null && _more.Contains(endpoint));

    public readonly bool IsEmpty => _first is null;

    public void Clear()
    {
        _first = null;
        _more = null;
    }
}

/// <summary>Picks an endpoint of an upstream and counts the request in. No locks; no allocation.</summary>
internal static class LoadBalancer
{
    /// <summary>
    /// An endpoint, acquired (the caller releases its state), or null when none may be used. One that was tried before is taken only if
    /// there is no other.
    /// </summary>
    public static EndpointModel? Acquire(UpstreamState upstream, in TriedEndpoints tried)
    {
        // A retired endpoint refuses; the model in force then is a newer one. Bounded: each round reads the newest.
        for (var round = 0; round < 3; round++)
        {
            var model = upstream.Model;
            if (model is null || model.Schedule.Length == 0) return null;
            var picked = Pick(upstream, model, tried);
            if (picked.State.TryAcquire()) return picked;
        }
        return null;
    }

    private static EndpointModel Pick(UpstreamState upstream, UpstreamModel model, in TriedEndpoints tried)
    {
        var schedule = model.Schedule;
        if (schedule.Length == 1) return schedule[0];
        var picked = model.Config.Balancer switch
        {
            BalancerKind.LeastRequest => LeastRequest(schedule, model.Config.Choices),
            BalancerKind.Random => schedule[Random.Shared.Next(schedule.Length)],
            _ => schedule[(int)(upstream.NextTicket() % (uint)schedule.Length)],
        };
        return tried.IsEmpty || !tried.Contains(picked.State) ? picked : Other(schedule, picked, tried);
    }

    // Power of two choices (Envoy's default of choice_count 2): near-optimal spread for the price of two reads.
    private static EndpointModel LeastRequest(EndpointModel[] schedule, int choices)
    {
        var best = schedule[Random.Shared.Next(schedule.Length)];
        for (var i = 1; i < choices; i++)
        {
            var other = schedule[Random.Shared.Next(schedule.Length)];
            if (other.State.InFlight < best.State.InFlight) best = other;
        }
        return best;
    }

    private static EndpointModel Other(EndpointModel[] schedule, EndpointModel picked, in TriedEndpoints tried)
    {
        var start = Random.Shared.Next(schedule.Length);
        for (var i = 0; i < schedule.Length; i++)
        {
            var candidate = schedule[(start + i) % schedule.Length];
            if (!tried.Contains(candidate.State)) return candidate;
        }
        return picked;
    }
}
