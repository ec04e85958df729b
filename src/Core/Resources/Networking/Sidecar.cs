using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>
/// Narrows what the sidecars of some workloads know and listen on (networking.istio.io Sidecar). Without a selector it is for its
/// namespace, in the root namespace for the whole mesh.
/// </summary>
public sealed record Sidecar
{
    /// <summary>The workloads, of the object's namespace; null: all of it.</summary>
    public WorkloadLabelSelector? WorkloadSelector { get; init; }

    /// <summary>Listeners for requests to the workload, in place of those made from its services' ports.</summary>
    public ImmutableArray<SidecarIngressListener> Ingress { get; init; } = [];

    /// <summary>Listeners for requests of the workload and the hosts each may reach. Empty: all that the namespace sees.</summary>
    public ImmutableArray<SidecarEgressListener> Egress { get; init; } = [];

    /// <summary>Limits on connections and requests to the workload, on ports that have none of their own.</summary>
    public ConnectionPoolSettings? InboundConnectionPool { get; init; }

    /// <summary>What happens to requests for hosts the mesh does not know; null: as MeshConfig says.</summary>
    public SidecarOutboundTrafficPolicy? OutboundTrafficPolicy { get; init; }
}

/// <summary>A listener for requests to the workload (Istio's IstioIngressListener).</summary>
public sealed record SidecarIngressListener
{
    /// <summary>The port listened on.</summary>
    [Required]
    public SidecarPort? Port { get; init; }

    /// <summary>The IP address listened on; empty: the workload's own. Sockets are not allowed here.</summary>
    public string Bind { get; init; } = "";

    /// <summary>How connections come to the listener.</summary>
    [NotEnforced(Stance.Warn, "Connections are not redirected yet: callers dial the listener.", Except = ["DEFAULT", "NONE"])]
    public CaptureMode CaptureMode { get; init; }

    /// <summary>
    /// Where the application listens: <c>127.0.0.1:PORT</c>, <c>[::1]:PORT</c>, <c>0.0.0.0:PORT</c> or <c>[::]:PORT</c> (the workload's own
    /// address), or <c>unix:///path</c>. Empty: the same port on the application's address.
    /// </summary>
    public string DefaultEndpoint { get; init; } = "";

    /// <summary>
    /// TLS that the sidecar ends with certificates from files, for callers outside of the mesh; modes SIMPLE, MUTUAL and OPTIONAL_MUTUAL. In force where
    /// PeerAuthentication disables the mesh's own on the port; HTTPS is HTTP behind it.
    /// </summary>
    public ServerTlsSettings? Tls { get; init; }

    /// <summary>Limits for this port, in place of inboundConnectionPool.</summary>
    public ConnectionPoolSettings? ConnectionPool { get; init; }
}

/// <summary>A listener for requests of the workload (Istio's IstioEgressListener).</summary>
public sealed record SidecarEgressListener
{
    /// <summary>The port listened on; null: the ports of the hosts. At most one listener is without a port, the last.</summary>
    public SidecarPort? Port { get; init; }

    /// <summary>The IP address or socket (<c>unix:///path</c>, <c>unix://@name</c>) listened on; needs a port. Empty: as capturing needs it.</summary>
    public string Bind { get; init; } = "";

    /// <summary>How connections come to the listener; must be DEFAULT or NONE for sockets.</summary>
    public CaptureMode CaptureMode { get; init; }

    /// <summary>
    /// What may be reached, <c>namespace/host</c>: the namespace a name, <c>*</c> for any, <c>.</c> for the object's own or <c>~</c> for none; the
    /// host a full name, <c>*.example.com</c> or <c>*</c>.
    /// </summary>
    [Required]
    public ImmutableArray<string> Hosts { get; init; } = [];
}

/// <summary>A port of a sidecar's listener.</summary>
public sealed record SidecarPort
{
    /// <summary>The port's number; 0 only for a socket.</summary>
    [Range(0, 65535)]
    public int Number { get; init; }

    /// <summary>What is spoken: HTTP, HTTPS, HTTP2, HTTP_PROXY, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP or TLS. Empty: found out from the first bytes.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>The port's name, a DNS label.</summary>
    public string Name { get; init; } = "";

    /// <summary>Deprecated by Istio; has no meaning for sidecars and must not be set.</summary>
    [Range(0, 65535)]
    [NotEnforced(Stance.Refuse, "Sidecars listen on port.number and forward to defaultEndpoint; remove it.")]
    public int TargetPort { get; init; }
}

/// <summary>How traffic comes to a listener (Istio's CaptureMode).</summary>
public enum CaptureMode
{
    /// <summary>As the environment is set up.</summary>
    Default,

    /// <summary>Redirected by iptables.</summary>
    [NotEnforced(Stance.Warn, "Connections are not redirected yet: the listener is there for who dials it, by its bind address, by Host or by an alias.")]
    Iptables,

    /// <summary>Not captured: the application talks to the listener itself.</summary>
    None,
}

/// <summary>What happens to requests for unknown hosts (Istio's networking OutboundTrafficPolicy).</summary>
public sealed record SidecarOutboundTrafficPolicy
{
    /// <summary>Refuse them or let them through.</summary>
    public SidecarOutboundTrafficPolicyMode Mode { get; init; }

    /// <summary>A service all unknown traffic is sent through; only with ALLOW_ANY, with its port.</summary>
    public Destination? EgressProxy { get; init; }
}

/// <summary>Istio's OutboundTrafficPolicy.Mode.</summary>
public enum SidecarOutboundTrafficPolicyMode
{
    /// <summary>Only services the mesh knows can be reached. The default.</summary>
    RegistryOnly,

    /// <summary>Requests for unknown hosts go where the application sent them.</summary>
    AllowAny,
}
