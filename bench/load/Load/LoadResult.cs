namespace Mesh.Bench.Load;

/// <summary>What the generator saw in one round.</summary>
internal sealed record LoadResult(long Requests, long Errors, string? FirstError, TimeSpan Elapsed, LatencyHistogram Latency)
{
    public double RequestsPerSecond => Requests / Elapsed.TotalSeconds;
}
