using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>
/// One endpoint that is not a pod: a virtual machine, a bare-metal host or a socket (networking.istio.io WorkloadEntry). Stands alone, to be
/// selected by a ServiceEntry or Service, or in the endpoints of a ServiceEntry.
/// </summary>
public sealed record WorkloadEntry
{
    /// <summary>
    /// Where the workload is reached, without port: an IP address, a full DNS name (only where the ServiceEntry resolves by DNS), or
    /// <c>unix:///path</c> for a socket. May be empty only when a network is given, whose gateway is then used.
    /// </summary>
    [Size(0, 256)]
    public string Address { get; init; } = "";

    /// <summary>
    /// The port the workload listens on, by the name of the service's port. Goes before the service port's targetPort; a port that is not
    /// listed is used as it is. Not together with a socket.
    /// </summary>
    [Range(1, 65535)]
    [Size(0, 128)]
    public ImmutableSortedDictionary<string, int> Ports { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Labels of the endpoint, for selectors and subsets.</summary>
    [Size(0, 256)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The network the endpoint is in; endpoints of one network reach each other directly. Empty: the caller's own.</summary>
    [Size(0, 2048)]
    [NotEnforced(Stance.Warn, "Endpoints are dialled directly, whatever their network.")]
    public string Network { get; init; } = "";

    /// <summary>The failure domain, <c>region/zone/subzone</c>; callers prefer endpoints near their own. Empty: unknown.</summary>
    [Size(0, 2048)]
    public string Locality { get; init; } = "";

    /// <summary>Share of the traffic in relation to the other endpoints; 0: 1.</summary>
    [Range(0, int.MaxValue)]
    public int Weight { get; init; }

    /// <summary>The service account of the workload's sidecar, in the object's namespace; callers expect its identity.</summary>
    public string ServiceAccount { get; init; } = "";
}
