using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Mesh;

/// <summary>A whole mesh on the loopback addresses of one machine, for <c>meshctl up</c> (mesh.dev LocalMesh).</summary>
public sealed record LocalMesh
{
    public LocalControlPlane? ControlPlane { get; init; }

    public MeshConfig? MeshConfig { get; init; }

    /// <summary>
    /// The directory, relative to the file, with one for each <c>credentialName</c> of Gateways: <c>tls.crt</c>, <c>tls.key</c> and, where clients are verified,
    /// <c>ca.crt</c>. Read again when a file changes; it may come later. Empty: <c>credentials</c>.
    /// </summary>
    public string Credentials { get; init; } = "";

    public ImmutableArray<LocalGateway> Gateways { get; init; } = [];

    public ImmutableArray<LocalWorkload> Workloads { get; init; } = [];
}

/// <summary>The control plane to start.</summary>
public sealed record LocalControlPlane
{
    /// <summary>Null: 1.</summary>
    [Range(1, 9)]
    public int? Replicas { get; init; }
}

/// <summary>A gateway to start; what it listens on comes from Gateway objects that select its labels.</summary>
public sealed record LocalGateway
{
    /// <summary>Unique in its namespace.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary><c>mesh-system</c> when empty.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>What Gateway objects select it by.</summary>
    [Required]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The IP address it listens on; empty: a loopback address of its own.</summary>
    public string Address { get; init; } = "";
}

/// <summary>An application of the mesh.</summary>
public sealed record LocalWorkload
{
    /// <summary>Unique in its namespace.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary><c>default</c> when empty.</summary>
    public string Namespace { get; init; } = "";

    /// <summary><c>default</c> when empty.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>What Services select it by, and policies.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Target port of its Services to the port on 127.0.0.1 where the application listens; 0: a free one is chosen.</summary>
    [Range(0, 65535)]
    public ImmutableSortedDictionary<int, int> Ports { get; init; } = ImmutableSortedDictionary<int, int>.Empty;

    /// <summary>Program and arguments, started and supervised by meshctl; empty: somebody else starts it.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Relative to the file; empty: the file's directory.</summary>
    public string WorkingDirectory { get; init; } = "";

    /// <summary>Environment variables of the command, beside those the mesh sets.</summary>
    public ImmutableSortedDictionary<string, string> Env { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Instances to run, each with its own address; null: 1.</summary>
    [Range(0, 250)]
    public int? Replicas { get; init; }

    /// <summary>Whether it has a sidecar; null: yes. Without one it is a client outside the mesh.</summary>
    public bool? Sidecar { get; init; }
}
