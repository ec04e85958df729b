using Mesh.Bench.Peers;

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

    public required PeerSetup Setup { get; init; }

    /// <summary>Keeps logs and generated files instead of deleting them.</summary>
    public required bool Keep { get; init; }
}
