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
    public LocalityModel Locality { get; init; } = LocalityModel.None;

    /// <summary>The mesh's, with a peer of the mesh.</summary>
    public bool IsMutualTls => State.Key.Tls is { Originated: null };
}

/// <summary>
/// An upstream in force: settings and endpoints, and the sets to pick from as health, ejections and warmth are at this moment; any change of
/// these makes a new model. Immutable.
/// </summary>
internal sealed class UpstreamModel
{
    // Microseconds, whatever the weights.
    private const int CheapEndpoints = 32;

    private readonly int[] _bounds;

    public UpstreamModel(UpstreamConfigModel config, IReadOnlyList<EndpointModel> endpoints)
    {
        (Config, Endpoints) = (config, endpoints);
        var all = PickSets.Build(config, endpoints);
        var sets = all.FindAll(s => s.Share > 0);
        Sets = [.. sets.Select(s => s.Set)];
        Reserve = [.. all.Where(s => s.Share == 0).Select(s => s.Set)];
        _bounds = new int[sets.Count];
        for (var i = 0; i < sets.Count; i++) _bounds[i] = sets[i].Share + (i > 0 ? _bounds[i - 1] : 0);
    }

    public UpstreamConfigModel Config { get; }
    public IReadOnlyList<EndpointModel> Endpoints { get; }
    public PickSet[] Sets { get; }

    /// <summary>Sets that have no share of the traffic: only retries go there.</summary>
    public PickSet[] Reserve { get; }

    /// <summary>All shares together; the argument of <see cref="SetAt"/> is below it.</summary>
    public int Whole => _bounds.Length == 0 ? 0 : _bounds[^1];

    /// <summary>The set whose share holds <paramref name="point"/>.</summary>
    public PickSet SetAt(int point)
    {
        for (var i = 0; i < _bounds.Length; i++)
            if (point < _bounds[i]) return Sets[i];
        return Sets[^1];
    }

    /// <summary>Making the like of it is not for a thread that has requests to serve.</summary>
    public bool IsCostly => Endpoints.Count > CheapEndpoints || Config.Balancer is BalancerKind.RingHash or BalancerKind.Maglev;

    /// <summary>The same with what has been learned of the endpoints since.</summary>
    public UpstreamModel Refreshed() => new(Config, Endpoints);
}
