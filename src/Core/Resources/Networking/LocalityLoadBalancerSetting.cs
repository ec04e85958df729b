using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How traffic is spread over localities.</summary>
public sealed record LocalityLoadBalancerSetting
{
    public ImmutableArray<LocalityDistribute> Distribute { get; init; } = [];

    public ImmutableArray<LocalityFailover> Failover { get; init; } = [];

    public ImmutableArray<string> FailoverPriority { get; init; } = [];

    public bool? Enabled { get; init; }
}

/// <summary>Shares by target locality for callers in one locality.</summary>
public sealed record LocalityDistribute
{
    public string From { get; init; } = "";

    public ImmutableSortedDictionary<string, int> To { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
}

/// <summary>The region that takes over when another fails.</summary>
public sealed record LocalityFailover
{
    public string From { get; init; } = "";

    public string To { get; init; } = "";
}

/// <summary>Keeps traffic in the caller's zone as far as capacity allows; excludes <see cref="LocalityLoadBalancerSetting"/>.</summary>
public sealed record ZoneAwareLoadBalancerSetting
{
    public bool? Enabled { get; init; }

    [Range(0, int.MaxValue)]
    public int? MinClusterSize { get; init; }

    public ImmutableArray<LocalityFailover> Failover { get; init; } = [];

    public ImmutableArray<string> FailoverPriority { get; init; } = [];
}
