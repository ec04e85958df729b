using Mesh.Bench.Kernel;
using Mesh.Bench.Load;

namespace Mesh.Bench.Comparison;

/// <summary>One round of one peer.</summary>
internal sealed record RoundFigures(
    double RequestsPerSecond,
    double? ClientCpuMicroseconds,
    double? ServerCpuMicroseconds,
    double P50Milliseconds,
    double P99Milliseconds,
    double? ClientResidentMegabytes,
    double? ServerResidentMegabytes,
    double? ClientAllocatedBytes,
    double? ServerAllocatedBytes,
    long Requests,
    long Errors)
{
    public double? CpuMicroseconds => ClientCpuMicroseconds + ServerCpuMicroseconds;

    /// <summary>Of a request, on both sides.</summary>
    public double? AllocatedBytes => ClientAllocatedBytes + ServerAllocatedBytes;

    public static RoundFigures From(
        LoadResult load, (Usage? Client, Usage? Server) before, (Usage? Client, Usage? Server) after, (double? Client, double? Server) allocated) =>
        new(load.RequestsPerSecond,
            CpuOf(before.Client, after.Client, load.Requests),
            CpuOf(before.Server, after.Server, load.Requests),
            load.Latency.Percentile(0.50).TotalMilliseconds,
            load.Latency.Percentile(0.99).TotalMilliseconds,
            after.Client?.ResidentBytes / (1024.0 * 1024),
            after.Server?.ResidentBytes / (1024.0 * 1024),
            allocated.Client / load.Requests,
            allocated.Server / load.Requests,
            load.Requests,
            load.Errors);

    private static double? CpuOf(Usage? before, Usage? after, long requests) =>
        requests == 0 ? null : (after?.Cpu - before?.Cpu)?.TotalMicroseconds / requests;
}
