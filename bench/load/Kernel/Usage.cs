namespace Mesh.Bench.Kernel;

/// <summary>One side of a pair at one moment: CPU so far and memory now, summed over its processes.</summary>
internal readonly record struct Usage(TimeSpan Cpu, long ResidentBytes)
{
    public static Usage Of(int processId)
    {
        var tree = ProcessStat.ReadTree(processId);
        if (tree.Count == 0)
            throw new InvalidOperationException($"process {processId} is gone");
        return new Usage(tree.Aggregate(TimeSpan.Zero, (sum, p) => sum + p.Cpu), tree.Sum(p => p.ResidentBytes));
    }
}
