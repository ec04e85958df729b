namespace Mesh.Sidecar.Balancing;

/// <summary>
/// Requests of the last interval, in tenths of it: a request counts for one interval to eleven tenths of one, as in Envoy. Safe from all
/// threads, without locks: a tenth's number and its count change together.
/// </summary>
internal sealed class RequestWindow
{
    private const int Parts = 10;

    // 40 bits for the number of the tenth, 24 for its count; a count at its end stays there, far above any budget that would still limit.
    private const int CountBits = 24;
    private const long MostOfPart = (1L << CountBits) - 1;

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly double _part;
    private readonly long[] _slots = new long[Parts + 1];

    public RequestWindow(TimeSpan interval, TimeProvider time)
    {
        (Interval, _time, _started) = (interval, time, time.GetTimestamp());
        _part = Math.Max(1, interval.Ticks / (double)Parts);
    }

    public TimeSpan Interval { get; }

    public long Count
    {
        get
        {
            var now = Now();
            var sum = 0L;
            for (var i = 0; i < _slots.Length; i++)
            {
                var slot = Volatile.Read(ref _slots[i]);
                if (now - (slot >> CountBits) <= Parts) sum += slot & MostOfPart;
            }
            return sum;
        }
    }

    public void Add()
    {
        var now = Now();
        ref var place = ref _slots[now % _slots.Length];
        while (true)
        {
            var slot = Volatile.Read(ref place);
            // A thread that was held up since it looked at the clock finds a later tenth here, and counts in that.
            var next = slot >> CountBits < now ? (now << CountBits) + 1 : (slot & MostOfPart) == MostOfPart ? slot : slot + 1;
            if (Interlocked.CompareExchange(ref place, next, slot) == slot) return;
        }
    }

    private long Now() => (long)(_time.GetElapsedTime(_started).Ticks / _part);
}
