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

    [NotEnforced(Stance.Refuse, "Services of type ExternalName are not supported yet.", Except = ["ClusterIP", "NodePort", "LoadBalancer"])]
    public string Type { get; init; } = "";

    [ApiName("clusterIPs")]
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public ImmutableArray<string> ClusterIPs { get; init; } = [];

    [ApiName("externalIPs")]
    [NotEnforced(Stance.Warn, "Traffic to external addresses is not captured.")]
    public ImmutableArray<string> ExternalIPs { get; init; } = [];

    [NotEnforced(Stance.Warn, "Callers are not pinned to an endpoint.", Except = ["None"])]
    public string SessionAffinity { get; init; } = "";

    [NotEnforced(Stance.Warn, "Callers are not pinned to an endpoint.")]
    public SessionAffinityConfig? SessionAffinityConfig { get; init; }

    [NotEnforced(Stance.Refuse, "Services of type ExternalName are not supported yet.")]
    public string ExternalName { get; init; } = "";

    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public string ExternalTrafficPolicy { get; init; } = "";

    [NotEnforced(Stance.Warn, "Endpoints on every node are used.", Except = ["Cluster"])]
    public string InternalTrafficPolicy { get; init; } = "";

    [NotEnforced(Stance.Warn, "Endpoints of every zone are used alike.")]
    public string TrafficDistribution { get; init; } = "";

    [NotEnforced(Stance.Warn, "Only endpoints that are ready get traffic.")]
    public bool PublishNotReadyAddresses { get; init; }

    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public int HealthCheckNodePort { get; init; }

    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public ImmutableArray<string> IpFamilies { get; init; } = [];

    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public string IpFamilyPolicy { get; init; } = "";

    [ApiName("loadBalancerIP")]
    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public string LoadBalancerIP { get; init; } = "";

    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public string LoadBalancerClass { get; init; } = "";

    [NotEnforced(Stance.Warn, "The mesh does not filter callers by address.")]
    public ImmutableArray<string> LoadBalancerSourceRanges { get; init; } = [];

    [NotEnforced(Stance.Ignore, KubernetesOnly)]
    public bool? AllocateLoadBalancerNodePorts { get; init; }
}

/// <summary>One port of a Service.</summary>
public sealed record ServicePort
{
    /// <summary>Needed when there are several; its prefix up to a dash names the protocol: <c>http-web</c>, <c>grpc</c>.</summary>
    public string Name { get; init; } = "";

    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The port on the workload; null: the same as <see cref="Port"/>.</summary>
    public IntOrString? TargetPort { get; init; }

    /// <summary>TCP when empty.</summary>
    [NotEnforced(Stance.Warn, "Only TCP is proxied; the port is left alone.", Except = ["TCP"])]
    public string Protocol { get; init; } = "";

    /// <summary>What is spoken, over what <see cref="Name"/> says: <c>http</c>, <c>http2</c>, <c>grpc</c>, <c>kubernetes.io/h2c</c>, <c>tcp</c>.</summary>
    public string AppProtocol { get; init; } = "";

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
    public int TimeoutSeconds { get; init; }
}
