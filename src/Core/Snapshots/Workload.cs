using System.Collections.Immutable;
using Mesh.Core.Identity;

namespace Mesh.Core.Snapshots;

/// <summary>Whether a workload may be sent traffic.</summary>
public enum WorkloadHealth
{
    Healthy,
    Unhealthy,

    /// <summary>Shutting down: finishes what it has, gets nothing new.</summary>
    Draining,
}

/// <summary>
/// One running instance that may serve traffic: what Kubernetes knows as a pod. Immutable, replaced whole. Services select
/// workloads by label; the endpoint is <see cref="Address"/> and the Service's target port.
/// </summary>
public sealed record Workload
{
    public required WorkloadId Id { get; init; }

    /// <summary>The workload this is an instance of, for metrics: the Deployment's name, for instance.</summary>
    public required string WorkloadName { get; init; }

    public required string ServiceAccount { get; init; }

    /// <summary>The IP address its endpoints are reached at.</summary>
    public required string Address { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Target port to the port that really listens; a target port that is not listed is itself.</summary>
    public ImmutableSortedDictionary<int, int> Ports { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>Ports by the name of the service's port, before <see cref="Ports"/>; only what is written in objects has some.</summary>
    public ImmutableSortedDictionary<string, int> PortsByName { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    public required string Node { get; init; }

    /// <summary><c>region/zone/subzone</c>, the right parts may be missing; empty when unknown.</summary>
    public string Locality { get; init; } = "";

    public WorkloadHealth Health { get; init; }

    /// <summary>Whether a sidecar terminates mutual TLS in front of it.</summary>
    public bool HasSidecar { get; init; }

    /// <summary>Relative weight in load balancing; 1 when nothing says otherwise.</summary>
    public int Weight { get; init; } = 1;
}
