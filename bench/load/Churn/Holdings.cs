using System.Globalization;
using System.Net;

namespace Mesh.Bench.Churn;

/// <summary>What one sidecar holds at a moment of rest.</summary>
internal sealed record Holdings(int Sockets, int Threads, double HeapMegabytes, double ResidentMegabytes)
{
    public static async Task<Holdings> OfAsync(int process, IPAddress proxy, HttpClient http, CancellationToken cancellation)
    {
        var text = await http.GetStringAsync(new Uri($"http://{proxy}:15090/stats/prometheus"), cancellation);
        return new Holdings(
            Directory.EnumerateFiles($"/proc/{process}/fd").Count(IsSocket), Directory.EnumerateDirectories($"/proc/{process}/task").Count(),
            Gauge(text, "mesh_sidecar_gc_heap_bytes") / 1024 / 1024, Gauge(text, "mesh_sidecar_memory_resident_bytes") / 1024 / 1024);
    }

    /// <summary>What has grown beyond what a pool may hold more or less by chance; empty when nothing has.</summary>
    public IEnumerable<string> LeaksSince(Holdings before, int connections)
    {
        // A pool keeps what the last peak took, to each of two endpoints; a leak of one with each change is beyond that.
        if (Sockets > before.Sockets + 2 * connections) yield return $"{Sockets - before.Sockets} more sockets";
        if (Threads > before.Threads + 6) yield return $"{Threads - before.Threads} more threads";
        if (HeapMegabytes > before.HeapMegabytes + 6) yield return string.Create(CultureInfo.InvariantCulture, $"{HeapMegabytes - before.HeapMegabytes:0.0} MB more on the heap");
    }

    private static bool IsSocket(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false; // Closed between the listing and the look.
        }
    }

    private static double Gauge(string text, string name)
    {
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal))
            ?? throw new InvalidDataException($"the sidecar does not tell {name}");
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
