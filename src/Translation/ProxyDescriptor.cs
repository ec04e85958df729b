using System.Collections.Immutable;
using Mesh.Core.Identity;

namespace Mesh.Translation;

/// <summary>
/// Everything about one proxy that its configuration depends on, besides the mesh itself: its registration on the node
/// (docs/reference/processes.md) and the dialect it asked for. Immutable, replaced whole when the registration changes.
/// </summary>
public sealed record ProxyDescriptor
{
    /// <summary>The workload the proxy belongs to, or the gateway instance it is.</summary>
    public required WorkloadId Id { get; init; }

    public ProxyRole Role { get; init; }

    public ProxyDialect Dialect { get; init; }

    /// <summary>The namespace whose short names, policies and destination rules apply.</summary>
    public string Namespace => Id.Namespace;

    public required string WorkloadName { get; init; }

    public required string ServiceAccount { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = Empty.Labels;

    /// <summary>The IP address its inbound listeners, or a gateway's listeners, bind.</summary>
    public required string Address { get; init; }

    /// <summary>The IP address of its admin, readiness and metrics listeners; empty: <see cref="Address"/>.</summary>
    public string ProxyAddress { get; init; } = "";

    /// <summary>The IP address the application itself listens on.</summary>
    public string AppAddress { get; init; } = "127.0.0.1";

    /// <summary>Target port to the port on <see cref="AppAddress"/>; a target port that is not listed is itself.</summary>
    public ImmutableSortedDictionary<int, int> Ports { get; init; } = Empty.Ports;

    /// <summary>Service to the loopback address that its ports are bound at for this proxy alone.</summary>
    public ImmutableSortedDictionary<ServiceName, string> Aliases { get; init; } = Empty.Aliases;

    public string Node { get; init; } = "";

    /// <summary><c>region/zone/subzone</c>; the right parts may be missing.</summary>
    public string Locality { get; init; } = "";

    public required string TrustDomain { get; init; }

    private static class Empty
    {
        public static readonly ImmutableSortedDictionary<string, string> Labels =
            ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

        public static readonly ImmutableSortedDictionary<int, int> Ports = ImmutableSortedDictionary<int, int>.Empty;

        public static readonly ImmutableSortedDictionary<ServiceName, string> Aliases =
            ImmutableSortedDictionary<ServiceName, string>.Empty;
    }
}
