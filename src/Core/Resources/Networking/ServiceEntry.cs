using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>A service the mesh could not know of by itself, mostly one outside of it (networking.istio.io ServiceEntry).</summary>
public sealed record ServiceEntry
{
    /// <summary>
    /// DNS names of the service, also with a leading wildcard label (<c>*.example.com</c>). Matched with the Host of HTTP requests and the server
    /// name of TLS connections. With DNS resolution and no endpoints they are also the names that are looked up.
    /// </summary>
    [Required]
    [Size(0, 256)]
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>
    /// Virtual IP addresses or CIDR ranges that connections to the service are addressed to. Empty: connections are told apart by port
    /// alone, or by an address the mesh allocates.
    /// </summary>
    [Size(0, 256)]
    [NotEnforced(Stance.Warn, "Requests are told apart by their Host; connections to these addresses are not captured.")]
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>Ports of the service, each with a name and number of its own.</summary>
    [Size(0, 256)]
    public ImmutableArray<ServicePort> Ports { get; init; } = [];

    /// <summary>Whether the service belongs to the mesh; inside, mutual TLS is used as between any two workloads.</summary>
    public ServiceEntryLocation Location { get; init; }

    /// <summary>How addresses of endpoints are found.</summary>
    public ServiceEntryResolution Resolution { get; init; }

    /// <summary>The endpoints; excludes workloadSelector. Only with resolution STATIC, DNS or DNS_ROUND_ROBIN.</summary>
    [Size(0, 4096)]
    public ImmutableArray<WorkloadEntry> Endpoints { get; init; } = [];

    /// <summary>Takes pods and WorkloadEntries of the object's namespace as endpoints; excludes endpoints. Only for MESH_INTERNAL.</summary>
    public WorkloadLabelSelector? WorkloadSelector { get; init; }

    /// <summary>Namespaces that see the service: <c>*</c> (also when empty) all, <c>.</c> its own, <c>~</c> none, or their names.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];

    /// <summary>Names of which the server's certificate must carry one; empty: any the connection's TLS settings accept.</summary>
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];
}

/// <summary>A port of a ServiceEntry.</summary>
public sealed record ServicePort
{
    /// <summary>The port callers use.</summary>
    [Required, Range(1, 65535)]
    public int Number { get; init; }

    /// <summary>
    /// What is spoken: HTTP, HTTPS, HTTP2, HTTP_PROXY, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP, TLS or UDP, in any case. TLS and HTTPS are routed by server
    /// name without being terminated. Empty: found out from the first bytes.
    /// </summary>
    public string Protocol { get; init; } = "";

    /// <summary>The port's name, a DNS label.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The port endpoints listen on; 0: the same as number.</summary>
    [Range(1, 65535)]
    public int TargetPort { get; init; }
}

/// <summary>Whether a service is part of the mesh (Istio's ServiceEntry.Location).</summary>
public enum ServiceEntryLocation
{
    /// <summary>Outside: no mutual TLS of the mesh, policies are enforced by the caller. The default.</summary>
    MeshExternal,

    /// <summary>Part of the mesh, for example a virtual machine with a sidecar.</summary>
    MeshInternal,
}

/// <summary>How addresses of endpoints are found (Istio's ServiceEntry.Resolution).</summary>
public enum ServiceEntryResolution
{
    /// <summary>Not at all: connections go on to the address the application connected to. The default.</summary>
    None,

    /// <summary>They are written in endpoints, or are those of the selected workloads.</summary>
    Static,

    /// <summary>By asynchronous DNS look-ups of the endpoints' names or, without endpoints, of the hosts.</summary>
    Dns,

    /// <summary>As DNS, with only the first address of an answer for new connections; old connections stay. For names with many changing addresses.</summary>
    DnsRoundRobin,

    /// <summary>By looking up the name each request or connection asks for; for wildcard hosts outside of the mesh. Since Istio 1.28.</summary>
    DynamicDns,
}
