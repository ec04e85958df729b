using Mesh.Bench.Kernel;

namespace Mesh.Bench.Comparison;

/// <summary>All rounds of one peer; or why there are none.</summary>
internal sealed class PeerReport(string name)
{
    public string Name => name;

    public string? Description { get; set; }

    public string? Skipped { get; set; }

    public string? FirstError { get; set; }

    /// <summary>Each side at rest, before any load.</summary>
    public (Usage? Client, Usage? Server) Idle { get; set; }

    public double? IdleClientMegabytes => Idle.Client?.ResidentBytes / (1024.0 * 1024);

    public double? IdleServerMegabytes => Idle.Server?.ResidentBytes / (1024.0 * 1024);

    public List<RoundFigures> Rounds { get; } = [];

    public long Requests => Rounds.Sum(r => r.Requests);

    public long Errors => Rounds.Sum(r => r.Errors);

    public double? Median(Func<RoundFigures, double?> figure) => Statistics.Median(Rounds.Select(figure));

    /// <summary>
    /// The median of the ratios of each round to the other peer's same round: neighbours in time share the machine's mood, and a
    /// ratio of medians would not.
    /// </summary>
    public double? Ratio(PeerReport? to, Func<RoundFigures, double?> figure) =>
        to is null ? null : Statistics.Median(Rounds.Zip(to.Rounds, (mine, theirs) => figure(mine) / figure(theirs)));
}
