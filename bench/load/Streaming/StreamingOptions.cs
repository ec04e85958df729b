using Mesh.Bench.Peers;

namespace Mesh.Bench.Streaming;

/// <summary>What <c>mesh-bench stream</c> was asked for.</summary>
internal sealed record StreamingOptions
{
    public required IReadOnlyList<string> Peers { get; init; }

    public required IReadOnlyList<StreamDirection> Directions { get; init; }

    /// <summary>Bytes of one body.</summary>
    public required long Bytes { get; init; }

    public required int Rounds { get; init; }

    public required PeerSetup Setup { get; init; }

    public required bool Keep { get; init; }
}

internal enum StreamDirection
{
    /// <summary>The response's body is long.</summary>
    Download,

    /// <summary>The request's body is long.</summary>
    Upload,
}
