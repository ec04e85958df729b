using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>What gateways listen on and for which hosts (networking.istio.io Gateway).</summary>
public sealed record Gateway
{
    /// <summary>Labels of the gateway workloads that the object configures, in any namespace. Empty: every gateway.</summary>
    public ImmutableSortedDictionary<string, string> Selector { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Ports and the hosts on each.</summary>
    [Required]
    public ImmutableArray<Server> Servers { get; init; } = [];
}

/// <summary>One port of a gateway and the hosts it serves.</summary>
public sealed record Server
{
    /// <summary>Shown in statistics and dumps; unique among the servers that gateways get.</summary>
    [NotEnforced(Stance.Ignore, "No statistics are kept by server; the name is for people.")]
    public string Name { get; init; } = "";

    /// <summary>The port listened on.</summary>
    [Required]
    public Port? Port { get; init; }

    /// <summary>The IP address listened on, of the gateway's machine, or <c>0.0.0.0</c>; empty: the gateway's own. Sockets are refused.</summary>
    public string Bind { get; init; } = "";

    /// <summary>Host names or wildcards, optionally <c>namespace/host</c> to restrict whose VirtualServices may bind.</summary>
    [Required]
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>How TLS is ended or passed on; needed for protocols HTTPS and TLS. On HTTP ports only httpsRedirect.</summary>
    public ServerTlsSettings? Tls { get; init; }

    /// <summary>Where requests go that nothing routes; Istio has never implemented it.</summary>
    [NotEnforced(Stance.Refuse, "Default endpoints are not supported; bind a VirtualService to the gateway.")]
    public string DefaultEndpoint { get; init; } = "";
}

/// <summary>A port of a gateway.</summary>
public sealed record Port
{
    /// <summary>The port's number.</summary>
    [Required, Range(1, 65535)]
    public int Number { get; init; }

    /// <summary>What is spoken: HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP or TLS, in any case.</summary>
    [Required]
    [NotEnforced(Stance.Refuse, "Gateways do not speak it yet; use HTTP, HTTP2, GRPC, HTTPS, TCP or TLS.", Except = ["HTTP", "HTTP2", "GRPC", "TCP", "TLS", "HTTPS", "MONGO", "MYSQL", "REDIS"])]
    public string Protocol { get; init; } = "";

    /// <summary>The port's name, unique in the object.</summary>
    [Required]
    [NotEnforced(Stance.Ignore, "It is for people; nothing depends on it.")]
    public string Name { get; init; } = "";

    /// <summary>Deprecated by Istio; has no meaning for gateways and must not be set.</summary>
    [Range(1, 65535)]
    [NotEnforced(Stance.Refuse, "Gateways listen on port.number; remove it.")]
    public int TargetPort { get; init; }
}
