using System.Collections.Immutable;
using Akka.Actor;

namespace Mesh.Cluster.Membership.Bootstrap;

/// <summary>What to do about joining.</summary>
internal abstract record JoinDecision
{
    /// <summary>Not enough is known yet.</summary>
    public sealed record KeepProbing(string Reason) : JoinDecision;

    /// <summary>There is a cluster: join it through these.</summary>
    public sealed record JoinOthers(ImmutableArray<Address> Seeds) : JoinDecision;

    /// <summary>There is none, and this replica is the one to start it.</summary>
    public sealed record FormNew : JoinDecision;
}
