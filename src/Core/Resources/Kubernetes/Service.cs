using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>The spec of a Kubernetes Service (v1): a name for the workloads that carry some labels, and its ports.</summary>
public sealed record Service
{
    private const string KubernetesOnly = "It has no meaning outside Kubernetes.";

    public ImmutableArray<ServicePort> Ports { get; init; } = [];

    /// <summary>Labels of the workloads behind it; empty selects none.</summary>
    public ImmutableSortedDictionary<string, string> Selector { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Its virtual address in Kubernetes; <c>None</c> when headless.</summary>
    [ApiName("clusterIP")]
    [NotEnforced(Stance.Ignore, "Callers reach the Service by name, or by the address the mesh gives it.")]
    public string ClusterIP { get; init; } = "";

    /// <summary>How Kubernetes exposes it; to the mesh <c>ClusterIP</c>, <c>NodePort</c> and <c>LoadBalancer</c> are alike.</summary>
    [NotEnforced(Stance.Refuse, "Services of type ExternalName are not supported yet.", Except = ["ClusterIP", "NodePort", "LoadBalancer"])]
    public string Type { get; init; } = "";

    /// <summary>Its virtual addresses, one for each family of IP addresses.</summary>
    [ApiName("clusterIPs")]
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public ImmutableArray<string> ClusterIPs { get; init; } = [];

    /// <summary>Addresses outside Kubernetes at which nodes take traffic for it.</summary>
    [ApiName("externalIPs")]
    [NotEnforced(Stance.Warn, "Traffic to external addresses is not captured.")]
    public ImmutableArray<string> ExternalIPs { get; init; } = [];

    /// <summary>Whether a caller is pinned to one endpoint: <c>None</c> or <c>ClientIP</c>.</summary>
    [NotEnforced(Stance.Warn, "Callers are not pinned to an endpoint.", Except = ["None"])]
    public string SessionAffinity { get; init; } = "";

    [NotEnforced(Stance.Warn, "Callers are not pinned to an endpoint.")]
    public SessionAffinityConfig? SessionAffinityConfig { get; init; }

    /// <summary>The DNS name an ExternalName Service stands for.</summary>
    [NotEnforced(Stance.Refuse, "Services of type ExternalName are not supported yet.")]
    public string ExternalName { get; init; } = "";

    /// <summary>Whether nodes pass traffic from outside on to other nodes: <c>Cluster</c> or <c>Local</c>.</summary>
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public string ExternalTrafficPolicy { get; init; } = "";

    /// <summary>Whether endpoints on other nodes are used: <c>Cluster</c>, or <c>Local</c>, only those of the caller's node.</summary>
    [NotEnforced(Stance.Warn, "Endpoints on every node are used.", Except = ["Cluster"])]
    public string InternalTrafficPolicy { get; init; } = "";

    /// <summary>Which endpoints are preferred by place, for example <c>PreferSameZone</c>.</summary>
    public string TrafficDistribution { get; init; } = "";

    /// <summary>Whether endpoints count that are not ready.</summary>
    [NotEnforced(Stance.Warn, "Only endpoints that are ready get traffic.")]
    public bool PublishNotReadyAddresses { get; init; }

    /// <summary>The port at which nodes tell load balancers whether they have endpoints.</summary>
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public int HealthCheckNodePort { get; init; }

    /// <summary>The families of IP addresses it has: <c>IPv4</c>, <c>IPv6</c>.</summary>
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public ImmutableArray<string> IpFamilies { get; init; } = [];

    /// <summary>Whether it has one family of IP addresses or two.</summary>
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public string IpFamilyPolicy { get; init; } = "";

    /// <summary>The address asked of the cloud's load balancer.</summary>
    [ApiName("loadBalancerIP")]
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public string LoadBalancerIP { get; init; } = "";

    /// <summary>The implementation that makes the load balancer.</summary>
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public string LoadBalancerClass { get; init; } = "";

    /// <summary>Callers the load balancer lets in, as CIDR ranges.</summary>
    [NotEnforced(Stance.Warn, "The mesh does not filter callers by address.")]
    public ImmutableArray<string> LoadBalancerSourceRanges { get; init; } = [];

    /// <summary>Whether a load balancer's Service gets node ports.</summary>
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public bool? AllocateLoadBalancerNodePorts { get; init; }
}

/// <summary>One port of a Service.</summary>
public sealed record ServicePort
{
    /// <summary>Needed when there are several; its prefix up to a dash names the protocol: <c>http-web</c>, <c>grpc</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The port callers use.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The port on the workload; null: the same as <see cref="Port"/>.</summary>
    public IntOrString? TargetPort { get; init; }

    /// <summary>TCP when empty.</summary>
    [NotEnforced(Stance.Warn, "Only TCP is proxied; the port is left alone.", Except = ["TCP"])]
    public string Protocol { get; init; } = "";

    /// <summary>What is spoken, over what <see cref="Name"/> says: <c>http</c>, <c>http2</c>, <c>grpc</c>, <c>kubernetes.io/h2c</c>, <c>tcp</c>.</summary>
    public string AppProtocol { get; init; } = "";

    /// <summary>The port that every node forwards to it.</summary>
    [NotEnforced(Stance.Ignore, "It has no meaning outside Kubernetes.")]
    public int NodePort { get; init; }
}

/// <summary>How long a caller is pinned.</summary>
public sealed record SessionAffinityConfig
{
    [ApiName("clientIP")]
    public ClientIPConfig? ClientIP { get; init; }
}

/// <summary>Pinning by the caller's address.</summary>
public sealed record ClientIPConfig
{
    /// <summary>How long a pin holds, in seconds.</summary>
    public int TimeoutSeconds { get; init; }
}
