using Mesh.Bench.Comparison;

namespace Mesh.Bench.Streaming;

/// <summary>All rounds of one peer in one direction; or why there are none.</summary>
internal sealed class StreamingReport(string name, StreamDirection direction)
{
    public string Name => name;

    public StreamDirection Direction => direction;

    public string? Description { get; set; }

    public string? Skipped { get; set; }

    public List<TransferFigures> Rounds { get; } = [];

    public double? Median(Func<TransferFigures, double?> figure) => Statistics.Median(Rounds.Select(figure));

    /// <summary>The median of the ratios of each round to the other peer's same round.</summary>
    public double? Ratio(StreamingReport? to, Func<TransferFigures, double?> figure) =>
        to is null ? null : Statistics.Median(Rounds.Zip(to.Rounds, (mine, theirs) => figure(mine) / figure(theirs)));
}
