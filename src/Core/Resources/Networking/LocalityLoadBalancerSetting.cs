using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How traffic is spread over localities. At most one of distribute and failover.</summary>
public sealed record LocalityLoadBalancerSetting
{
    /// <summary>Fixed shares by the caller's locality; what is not listed gets nothing.</summary>
    public ImmutableArray<LocalityDistribute> Distribute { get; init; } = [];

    /// <summary>Which region takes over when another has no healthy endpoints; needs outlierDetection to have an effect.</summary>
    public ImmutableArray<LocalityFailover> Failover { get; init; } = [];

    /// <summary>
    /// Labels in order of weight: endpoints that agree with the caller in more of them, counted from the first, come first. <c>key=value</c>
    /// compares with a value instead of the caller's own label. Needs outlierDetection to have an effect.
    /// </summary>
    public ImmutableArray<string> FailoverPriority { get; init; } = [];

    /// <summary>Turns locality load balancing on or off for this host; null: as MeshConfig says.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>Shares by target locality for callers in one locality.</summary>
public sealed record LocalityDistribute
{
    /// <summary>Where callers are, <c>region/zone/subzone</c> with an optional <c>*</c> at the end.</summary>
    public string From { get; init; } = "";

    /// <summary>Shares in percent by locality of the endpoints, each from 1 to 100, together 100.</summary>
    public ImmutableSortedDictionary<string, int> To { get; init; } = ImmutableSortedDictionary<string, int>.Empty;
}

/// <summary>The region that takes over when another fails.</summary>
public sealed record LocalityFailover
{
    /// <summary>The region of the callers.</summary>
    public string From { get; init; } = "";

    /// <summary>The region that takes over; another one.</summary>
    public string To { get; init; } = "";
}

/// <summary>Keeps traffic in the caller's zone as far as capacity allows; excludes <see cref="LocalityLoadBalancerSetting"/>.</summary>
public sealed record ZoneAwareLoadBalancerSetting
{
    /// <summary>False turns it off for this host; null: on, since nobody writes the setting for nothing.</summary>
    public bool? Enabled { get; init; }

    /// <summary>The least number of endpoints in the caller's region for which zones are minded; null: 6.</summary>
    [Range(0, int.MaxValue)]
    public int? MinClusterSize { get; init; }

    /// <summary>Which region takes over first when the caller's has no healthy endpoints; the caller's own always comes first.</summary>
    public ImmutableArray<LocalityFailover> Failover { get; init; } = [];

    /// <summary>Labels in order of weight, as in localityLbSetting, without those of region, zone and subzone; endpoints alike in them are ordered by region.</summary>
    public ImmutableArray<string> FailoverPriority { get; init; } = [];
}
