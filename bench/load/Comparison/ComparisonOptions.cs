using Mesh.Bench.LocalMesh;

namespace Mesh.Bench.Comparison;

/// <summary>What <c>mesh-bench load</c> was asked for.</summary>
internal sealed record ComparisonOptions
{
    public required IReadOnlyList<string> Peers { get; init; }

    public required int Connections { get; init; }

    /// <summary>Requests a second, or null for the closed loop.</summary>
    public required double? Rate { get; init; }

    /// <summary>How long all stay idle before their memory is taken and the load begins.</summary>
    public required TimeSpan Rest { get; init; }

    public required TimeSpan Warmup { get; init; }

    public required TimeSpan Round { get; init; }

    public required int Rounds { get; init; }

    public required int BodyBytes { get; init; }

    /// <summary>haproxy's nbthread and nginx's worker_processes; our sidecar takes what the machine has.</summary>
    public required int Threads { get; init; }

    public required int Replicas { get; init; }

    /// <summary>What else is in force in our mesh while it is measured.</summary>
    public required MeshScale Scale { get; init; }

    public required string? Meshctl { get; init; }

    public required TimeSpan StartLimit { get; init; }

    /// <summary>
    /// Environment of a second mesh, the peer <c>variant</c>: a setting, or with MESH_HOME another build, against ours in turns.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Variant { get; init; }

    /// <summary>Keeps logs and generated files instead of deleting them.</summary>
    public required bool Keep { get; init; }
}
