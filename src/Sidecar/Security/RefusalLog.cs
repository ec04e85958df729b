namespace Mesh.Sidecar.Security;

/// <summary>
/// Says that peers are refused without letting them fill the log: the first at once, those of the next ten seconds in one line at their
/// end, and so on until ten seconds pass without any. Each is there at debug. Safe for use from many threads, under a lock.
/// </summary>
internal sealed partial class RefusalLog
{
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private (string Peer, string Reason) _last;
    private int _more;
    private bool _limiting;

    public RefusalLog(TimeProvider time, ILogger log)
    {
        _log = log;
        _timer = time.CreateTimer(_ => EndPeriod(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(string peer, string reason)
    {
        lock (_lock)
        {
            if (_limiting)
            {
                _more++;
                _last = (peer, reason);
                Log.AlsoRefused(_log, peer, reason);
                return;
            }
            _limiting = true;
            _timer.Change(Period, Timeout.InfiniteTimeSpan);
        }
        Log.Refused(_log, peer, reason);
    }

    private void EndPeriod()
    {
        lock (_lock)
        {
            _limiting = _more > 0;
            if (!_limiting) return;
            Log.MoreRefused(_log, _more, Period.TotalSeconds, _last.Peer, _last.Reason);
            _more = 0;
            _timer.Change(Period, Timeout.InfiniteTimeSpan);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "peer {Peer} refused: {Reason}")]
        public static partial void Refused(ILogger logger, string peer, string reason);

        [LoggerMessage(2, LogLevel.Debug, "peer {Peer} refused, too: {Reason}")]
        public static partial void AlsoRefused(ILogger logger, string peer, string reason);

        [LoggerMessage(3, LogLevel.Warning, "{Count} more peers refused within {Seconds} seconds, the last of them {Peer}: {Reason}")]
        public static partial void MoreRefused(ILogger logger, int count, double seconds, string peer, string reason);
    }
}
