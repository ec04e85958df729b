using Mesh.Bench.LocalMesh;

namespace Mesh.Bench.Peers;

/// <summary>How pairs are started.</summary>
internal sealed record PeerSetup
{
    /// <summary>haproxy's nbthread and nginx's worker_processes; our sidecar takes what the machine has.</summary>
    public required int Threads { get; init; }

    /// <summary>Control-plane replicas of our mesh.</summary>
    public required int Replicas { get; init; }

    /// <summary>What else is in force in our mesh while it is measured.</summary>
    public MeshScale Scale { get; init; } = new(0, 0, 1);

    /// <summary>
    /// Environment of a second mesh, the peer <c>variant</c>: a setting, or with MESH_HOME another build, against ours in turns.
    /// </summary>
    public IReadOnlyDictionary<string, string> Variant { get; init; } = new Dictionary<string, string>();

    /// <summary>What is in force in the second mesh, where that is to differ.</summary>
    public MeshScale? VariantScale { get; init; }

    public required string? Meshctl { get; init; }

    public required TimeSpan StartLimit { get; init; }
}
