using System.Globalization;
using System.Runtime.InteropServices;

namespace Mesh.Bench.Output;

/// <summary>What was measured on, to stand beside every figure.</summary>
internal sealed record MachineDescription(string Date, string Processor, int Processors, string System, string LoadAverage)
{
    public static MachineDescription Read() => new(
        TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)));

    public override string ToString() => $"{Date}, {Processors} x {Processor}, {System}, load average before: {LoadAverage}";
}
