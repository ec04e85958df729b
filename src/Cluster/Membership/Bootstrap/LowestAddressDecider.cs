using System.Collections.Immutable;
using Akka.Actor;

namespace Mesh.Cluster.Membership.Bootstrap;

/// <summary>What one contact point last answered.</summary>
internal sealed record Observation(ContactPoint Contact, long At, ImmutableHashSet<Address> Seeds);

/// <summary>Everything a decision depends on. Times are <see cref="TimeProvider"/> timestamps.</summary>
internal sealed record BootstrapView(
    ContactPoint Self,
    ImmutableHashSet<ContactPoint> Contacts,
    TimeSpan ContactsStableFor,
    ImmutableArray<Observation> Observations);

/// <summary>
/// Cluster Bootstrap's LowestAddressJoinDecider: join any cluster that is seen; else, when enough contact points answer that they
/// see none and their set is stable, the lowest of them forms a new one. Pure, and the same on every replica: only one of them can be
/// the lowest among the same set.
/// </summary>
internal static class LowestAddressDecider
{
    /// <summary>Seeds that are handed to a join; more gives nothing.</summary>
    private const int MaxSeeds = 5;

    public static JoinDecision Decide(BootstrapView view, int requiredContacts, TimeSpan stableMargin, bool newClusterEnabled)
    {
        var seeds = view.Observations.SelectMany(o => o.Seeds).Distinct().OrderBy(a => a.ToString(), StringComparer.Ordinal);
        var found = seeds.Take(MaxSeeds).ToImmutableArray();
        if (found.Length > 0) return new JoinDecision.JoinOthers(found);
        if (view.Observations.Length < requiredContacts)
            return new JoinDecision.KeepProbing($"{view.Observations.Length} of {requiredContacts} required contact points answer");
        if (view.ContactsStableFor < stableMargin) return new JoinDecision.KeepProbing("contact points changed lately");
        var silent = view.Contacts.Except(view.Observations.Select(o => o.Contact));
        // While a majority answers, the silent rest cannot form a cluster of its own (it would lack required contacts), so waiting
        // for a replica that is down for good would only keep the others down too; give it three times the margin.
        if (silent.Count > 0 && view.ContactsStableFor < 3 * stableMargin)
            return new JoinDecision.KeepProbing($"{string.Join(", ", silent.Order())} has not answered yet");
        var lowest = view.Observations.Min(o => o.Contact)!;
        if (lowest != view.Self) return new JoinDecision.KeepProbing($"{lowest} is to form the cluster");
        return newClusterEnabled ? new JoinDecision.FormNew() : new JoinDecision.KeepProbing("forming a new cluster is disabled");
    }
}
