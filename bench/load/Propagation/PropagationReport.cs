namespace Mesh.Bench.Propagation;

/// <summary>Times of each change in milliseconds, from just before the apply was sent.</summary>
internal sealed class PropagationReport(string description)
{
    public string Description => description;

    /// <summary>The API answered: persisted in the configuration log.</summary>
    public List<double> Accepted { get; } = [];

    /// <summary>The first request was answered as the change says.</summary>
    public List<double> InForce { get; } = [];

    /// <summary><c>wait</c> answered: every proxy concerned acknowledged.</summary>
    public List<double> Acknowledged { get; } = [];

    public ProbeCounts Probes { get; set; } = new(0, 0, 0);

    /// <summary>Nearest rank, so that every figure is one that was measured.</summary>
    public static double Percentile(List<double> values, double fraction)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * fraction) - 1, 0, sorted.Length - 1)];
    }
}
