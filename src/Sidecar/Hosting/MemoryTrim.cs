using System.Runtime;
using System.Runtime.InteropServices;

namespace Mesh.Sidecar.Hosting;

/// <summary>
/// Gives memory back when a proxy falls idle: configuration arrives in messages of megabytes and load leaves a full first generation, and
/// a process that allocates nothing more never collects them by itself. The C library, too, keeps what OpenSSL and zlib have freed, in an arena for each
/// thread, until it is asked for it; and .NET's pool of arrays keeps some of the size of the largest message that came, for each thread that read one and for all, until
/// collections 30 and 60 s apart found them idle: hence two more trims. A collection that compacts stops the process for 10 to 20 ms, so it waits until
/// nobody would notice: a tick in which next to nothing was allocated. One background task; ends with the token.
/// </summary>
internal sealed class MemoryTrim(TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    /// <summary>Less than this in a tick is a proxy at rest: probes, a scrape of its metrics, timers.</summary>
    private const long Quiet = 512 * 1024;

    /// <summary>Not worth a collection: what rest alone allocates in about a minute.</summary>
    private const long Worthwhile = 4 * 1024 * 1024;

    /// <summary>In ticks, more than the 30 s that the pool keeps a thread's array, and twice it more than the 60 s for all threads', after a collection first found it idle.</summary>
    private const int PoolTicks = 7;
    private const int PoolTrims = 2;

    private long _atLastTrim;
    private long _atLastTick;
    private int _untilPools;
    private int _poolTrims;

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                var due = Due(GC.GetTotalAllocatedBytes());
                if (due == TrimKind.WithPools) EmptyPools();
                if (due != TrimKind.None) Trim();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process ends, and its memory with it.
        }
    }

    // The pool looks after its arrays in a finalizer, once for each collection of everything; what it lets go is the next collection's.
    private static void EmptyPools()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        GC.WaitForPendingFinalizers();
    }

    private static unsafe void Trim()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // glibc's; where the C library is another one, it keeps less.
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out var trim)) ((delegate* unmanaged<nuint, int>)trim)(0);
    }

    /// <summary>What to do now, <paramref name="allocated"/> bytes having been allocated since the process began. Called once a tick.</summary>
    internal TrimKind Due(long allocated)
    {
        var isQuiet = allocated - _atLastTick < Quiet;
        _atLastTick = allocated;
        if (_untilPools > 0) _untilPools--;
        if (!isQuiet) return TrimKind.None;
        if (allocated - _atLastTrim >= Worthwhile)
        {
            (_atLastTrim, _untilPools, _poolTrims) = (allocated, PoolTicks, PoolTrims);
            return TrimKind.Heap;
        }
        if (_poolTrims == 0 || _untilPools > 0) return TrimKind.None;
        (_untilPools, _poolTrims) = (PoolTicks, _poolTrims - 1);
        return TrimKind.WithPools;
    }
}

/// <summary>What <see cref="MemoryTrim"/> does in a tick.</summary>
internal enum TrimKind
{
    None,
    Heap,
    WithPools,
}
