namespace Mesh.Bench.Propagation;

/// <summary>What <c>mesh-bench propagation</c> was asked for.</summary>
internal sealed record PropagationOptions
{
    public required int Changes { get; init; }

    /// <summary>Changes made before the ones that count; an even number, so that the first counted one is a change.</summary>
    public required int Warmup { get; init; }

    public required int Replicas { get; init; }

    public required string? Meshctl { get; init; }

    public required TimeSpan StartLimit { get; init; }

    public required bool Keep { get; init; }

    /// <summary>A change not seen by then ends the run: it will never be.</summary>
    public TimeSpan ChangeLimit => TimeSpan.FromSeconds(30);
}
