using System.Net;

namespace Mesh.Sidecar.Balancing;

/// <summary>
/// What of a request matters to the choice of its endpoint: its hash; whether a retry may go where the request has been already; priorities
/// that a retry keeps away from, as a bit mask; the one address it may go to.
/// </summary>
internal readonly record struct PickContext(ulong? Hash = null, bool MayRepeat = false, ulong AvoidedPriorities = 0, IPEndPoint? Named = null);

/// <summary>Picks an endpoint of an upstream and counts the request in. No locks; no allocation.</summary>
internal static class LoadBalancer
{
    // Envoy's default is one; with few endpoints, three further looks find one that was not tried almost surely, a walk over all for certain.
    private const int RandomLooks = 3;

    /// <summary>
    /// An endpoint, acquired (the caller releases its state), or null when none may be used. One that was tried before is taken only if
    /// there is no other.
    /// </summary>
    public static EndpointModel? Acquire(UpstreamState upstream, in TriedEndpoints tried, PickContext context = default)
    {
        // A retired endpoint refuses; the model in force then is a newer one. Bounded: each round reads the newest.
        for (var round = 0; round < 3; round++)
        {
            var model = upstream.Model;
            if (model is null || (model.Sets.Length == 0 && context.Named is null)) return null;
            if (context.Named is { } address)
            {
                var named = At(model, address);
                if (named is null || named.State.TryAcquire()) return named;
                continue;
            }
            var set = Choose(model, context);
            var picked = set.Schedule.Length == 1 ? set.Schedule[0] : Pick(upstream, model, set, tried, context);
            if (picked.State.TryAcquire()) return picked;
        }
        return null;
    }

    // A walk over all: who names endpoints does so for single requests. Its health is the caller's business, which Envoy does not ask for either.
    private static EndpointModel? At(UpstreamModel model, IPEndPoint address)
    {
        foreach (var endpoint in model.Endpoints)
            if (address.Equals(endpoint.State.Key.Address)) return endpoint;
        return null;
    }

    private static PickSet Choose(UpstreamModel model, in PickContext context)
    {
        var set = model.Sets.Length == 1 ? model.Sets[0] : model.SetAt(context.Hash is { } hash ? (int)(hash % (uint)model.Whole) : Random.Shared.Next(model.Whole));
        return context.AvoidedPriorities == 0 || !IsAvoided(set, context) ? set : OtherPriority(model, set, context);
    }

    private static bool IsAvoided(PickSet set, in PickContext context) => set.Priority < 64 && (context.AvoidedPriorities & (1ul << (int)set.Priority)) != 0;

    private static PickSet OtherPriority(UpstreamModel model, PickSet chosen, in PickContext context)
    {
        foreach (var set in model.Sets)
            if (!IsAvoided(set, context)) return set;
        foreach (var set in model.Reserve)
            if (!IsAvoided(set, context)) return set;
        return chosen;
    }

    private static EndpointModel Pick(UpstreamState upstream, UpstreamModel model, PickSet set, in TriedEndpoints tried, in PickContext context)
    {
        var schedule = set.Schedule;
        if (set.Hash is { } table) return ByHash(table, schedule.Length, tried, context);
        var picked = model.Config.Balancer switch
        {
            BalancerKind.LeastRequest => LeastRequest(schedule, model.Config.Choices),
            BalancerKind.PeakEwma => PeakEwma(schedule),
            BalancerKind.Random or BalancerKind.Passthrough => schedule[Random.Shared.Next(schedule.Length)],
            _ => schedule[(int)(upstream.NextTicket() % (uint)schedule.Length)],
        };
        var isTried = !tried.IsEmpty && !context.MayRepeat && tried.Contains(picked.State);
        if (!isTried && !picked.State.Vitals.IsAvoided) return picked;
        return Other(schedule, picked, tried, context);
    }

    // Affinity yields to nothing but a retry, which would meet the same failure.
    private static EndpointModel ByHash(IHashTable table, int endpoints, in TriedEndpoints tried, in PickContext context)
    {
        var hash = context.Hash ?? (ulong)Random.Shared.NextInt64();
        var picked = table.Find(hash, 0);
        if (tried.IsEmpty || context.MayRepeat) return picked;
        for (var attempt = 1; attempt < Math.Max(16, endpoints) && tried.Contains(picked.State); attempt++) picked = table.Find(hash, attempt);
        return picked;
    }

    // Power of two choices (Envoy's default of choice_count 2): near-optimal spread for the price of two reads. The draw is by weight, so an
    // endpoint of double weight is also allowed double the requests in flight.
    private static EndpointModel LeastRequest(EndpointModel[] schedule, int choices)
    {
        var best = schedule[Random.Shared.Next(schedule.Length)];
        for (var i = 1; i < choices; i++)
        {
            var other = schedule[Random.Shared.Next(schedule.Length)];
            if ((long)other.State.InFlight * best.Weight < (long)best.State.InFlight * other.Weight) best = other;
        }
        return best;
    }

    // An endpoint nobody has measured yet costs nothing, and so is tried.
    private static EndpointModel PeakEwma(EndpointModel[] schedule)
    {
        var first = schedule[Random.Shared.Next(schedule.Length)];
        var second = schedule[Random.Shared.Next(schedule.Length)];
        return Cost(second) < Cost(first) ? second : first;
    }

    private static double Cost(EndpointModel endpoint) => endpoint.State.Vitals.Latency * (endpoint.State.InFlight + 1);

    // An endpoint that asked for a pause is left alone while another one is there; one that failed this request likewise, and more so.
    private static EndpointModel Other(EndpointModel[] schedule, EndpointModel picked, in TriedEndpoints tried, in PickContext context)
    {
        for (var i = 0; i < RandomLooks; i++)
        {
            var candidate = schedule[Random.Shared.Next(schedule.Length)];
            if (!IsUnwanted(candidate, tried, context)) return candidate;
        }
        EndpointModel? untried = null;
        var start = Random.Shared.Next(schedule.Length);
        for (var i = 0; i < schedule.Length; i++)
        {
            var candidate = schedule[(start + i) % schedule.Length];
            if (!IsUnwanted(candidate, tried, context)) return candidate;
            if (context.MayRepeat || !tried.Contains(candidate.State)) untried ??= candidate;
        }
        return untried ?? picked;
    }

    private static bool IsUnwanted(EndpointModel endpoint, in TriedEndpoints tried, in PickContext context) =>
        endpoint.State.Vitals.IsAvoided || (!context.MayRepeat && tried.Contains(endpoint.State));
}
