using System.Runtime;
using System.Runtime.InteropServices;

namespace Mesh.Sidecar.Hosting;

/// <summary>
/// Gives memory back when a proxy falls idle: configuration arrives in messages of megabytes and load leaves a full first generation, and
/// a process that allocates nothing more never collects them by itself. The C library, too, keeps what OpenSSL and zlib have freed, in an arena for each
/// thread, until it is asked for it. A collection that compacts stops the process for 10 to 20 ms, so it waits until
/// nobody would notice: a tick in which next to nothing was allocated. One background task; ends with the token.
/// </summary>
internal sealed class MemoryTrim(TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    /// <summary>Less than this in a tick is a proxy at rest: probes, a scrape of its metrics, timers.</summary>
    private const long Quiet = 512 * 1024;

    /// <summary>Not worth a collection: what rest alone allocates in about a minute.</summary>
    private const long Worthwhile = 4 * 1024 * 1024;

    private long _atLastTrim;
    private long _atLastTick;

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                if (IsDue(GC.GetTotalAllocatedBytes()))
                    Trim();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process ends, and its memory with it.
        }
    }

    private static unsafe void Trim()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // glibc's; where the C library is another one, it keeps less.
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out var trim)) ((delegate* unmanaged<nuint, int>)trim)(0);
    }

    /// <summary>Whether to trim now, <paramref name="allocated"/> bytes having been allocated since the process began. Called once a tick.</summary>
    internal bool IsDue(long allocated)
    {
        var isQuiet = allocated - _atLastTick < Quiet;
        _atLastTick = allocated;
        if (!isQuiet || allocated - _atLastTrim < Worthwhile) return false;
        _atLastTrim = allocated;
        return true;
    }
}
