namespace Mesh.Sidecar.Mirroring;

/// <summary>
/// One copy of one request on its way. It ends by itself, whatever the caller does: at the route's timeout, or some time after the caller's
/// own exchange ended. <see cref="CallerIsDone"/> may come before or after the end.
/// </summary>
internal sealed class Mirror(MirrorBody? body, TimeSpan? timeout, TimeProvider time)
{
    /// <summary>A mirror may be slower than the service it stands beside, but not for ever.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _limit = new(timeout ?? Timeout.InfiniteTimeSpan, time);
    private readonly Lock _ending = new();
    private bool _ended;

    public MirrorBody? Body => body;

    public CancellationToken Limit => _limit.Token;

    public void CallerIsDone()
    {
        body?.Cut();
        if (timeout is not null) return;
        lock (_ending)
            if (!_ended) _limit.CancelAfter(Afterwards);
    }

    /// <summary>The copy has been answered, or given up: no timer stays behind.</summary>
    public void End()
    {
        lock (_ending)
        {
            _ended = true;
            _limit.Dispose();
        }
    }
}
