using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>A Kubernetes Pod as far as the mesh reads it: where it runs, as whom, what it listens on, and whether it is ready.</summary>
[PartialModel]
public sealed record Pod
{
    /// <summary>What was asked for.</summary>
    public PodSpec? Spec { get; init; }

    /// <summary>What became of it.</summary>
    public PodStatus? Status { get; init; }
}

/// <summary>The part of a Pod's spec that the mesh reads.</summary>
[PartialModel]
public sealed record PodSpec
{
    /// <summary>Its identity; empty: default.</summary>
    public string ServiceAccountName { get; init; } = "";

    /// <summary>The node it runs on; empty: not placed yet.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>Its own host name; empty: its name.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The headless Service that names it.</summary>
    public string Subdomain { get; init; } = "";

    /// <summary>Whether it has the node's network, and so no sidecar.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Seconds from the request to end until it is killed; null: 30.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>Containers that run before, or beside when restartPolicy is Always.</summary>
    public ImmutableArray<Container> InitContainers { get; init; } = [];

    /// <summary>Its containers.</summary>
    public ImmutableArray<Container> Containers { get; init; } = [];
}

/// <summary>The part of a container that the mesh reads.</summary>
[PartialModel]
public sealed record Container
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its image.</summary>
    public string Image { get; init; } = "";

    /// <summary>Always makes a sidecar of an init container.</summary>
    public string RestartPolicy { get; init; } = "";

    /// <summary>Ports it listens on.</summary>
    public ImmutableArray<ContainerPort> Ports { get; init; } = [];

    /// <summary>Whom it runs as.</summary>
    public ContainerSecurityContext? SecurityContext { get; init; }
}

/// <summary>A port of a container.</summary>
[PartialModel]
public sealed record ContainerPort
{
    /// <summary>Its name, by which a Service can refer to it.</summary>
    public string Name { get; init; } = "";

    /// <summary>TCP, UDP or SCTP; empty: TCP.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Its number.</summary>
    [ApiName("containerPort"), Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The node's port that leads to it; 0: none.</summary>
    [Range(0, 65535)]
    public int HostPort { get; init; }
}

/// <summary>Whom a container runs as.</summary>
[PartialModel]
public sealed record ContainerSecurityContext
{
    /// <summary>The user id; null: the image's.</summary>
    public long? RunAsUser { get; init; }
}

/// <summary>The part of a Pod's status that the mesh reads.</summary>
[PartialModel]
public sealed record PodStatus
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Its address; empty: none yet.</summary>
    [ApiName("podIP")]
    public string PodIP { get; init; } = "";

    /// <summary>All its addresses.</summary>
    [ApiName("podIPs")]
    public ImmutableArray<PodIP> PodIPs { get; init; } = [];

    /// <summary>Its node's address.</summary>
    [ApiName("hostIP")]
    public string HostIP { get; init; } = "";

    /// <summary>Its conditions, among them Ready.</summary>
    public ImmutableArray<ObjectCondition> Conditions { get; init; } = [];
}

/// <summary>An address of a Pod.</summary>
public sealed record PodIP
{
    /// <summary>The address.</summary>
    public string Ip { get; init; } = "";
}

/// <summary>A condition in a status.</summary>
[PartialModel]
public sealed record ObjectCondition
{
    /// <summary>What it is about.</summary>
    public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    public string Status { get; init; } = "";

    /// <summary>Why, in a word.</summary>
    public string Reason { get; init; } = "";
}
