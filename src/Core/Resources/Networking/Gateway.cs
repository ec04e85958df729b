using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>What gateways listen on and for which hosts (networking.istio.io Gateway).</summary>
public sealed record Gateway
{
    /// <summary>Labels of the gateway workloads that the object configures, in any namespace.</summary>
    public ImmutableSortedDictionary<string, string> Selector { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    [Required]
    public ImmutableArray<Server> Servers { get; init; } = [];
}

/// <summary>One port of a gateway and the hosts it serves.</summary>
public sealed record Server
{
    public string Name { get; init; } = "";

    [Required]
    public Port? Port { get; init; }

    [NotEnforced(Stance.Refuse, "A gateway listens on its own address; remove bind.")]
    public string Bind { get; init; } = "";

    /// <summary>Host names or wildcards, optionally <c>namespace/host</c> to restrict whose VirtualServices may bind.</summary>
    [Required]
    public ImmutableArray<string> Hosts { get; init; } = [];

    [NotEnforced(Stance.Refuse, "TLS on gateways is not supported yet; use protocol HTTP, HTTP2 or GRPC without tls.")]
    public ServerTlsSettings? Tls { get; init; }

    [NotEnforced(Stance.Refuse, "Default endpoints are not supported; bind a VirtualService to the gateway.")]
    public string DefaultEndpoint { get; init; } = "";
}

/// <summary>A port of a gateway.</summary>
public sealed record Port
{
    [Required, Range(1, 65535)]
    public int Number { get; init; }

    [Required]
    [NotEnforced(Stance.Refuse, "Gateways do not speak it yet; use HTTP, HTTP2 or GRPC.", Except = ["HTTP", "HTTP2", "GRPC"])]
    public string Protocol { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>Deprecated by Istio.</summary>
    [Range(1, 65535)]
    [NotEnforced(Stance.Warn, "Gateways listen on port.number; the field is ignored.")]
    public int TargetPort { get; init; }
}
