namespace Mesh.Sidecar.Mirroring;

/// <summary>
/// One copy of one request on its way. It ends by itself, whatever the caller does: at the route's timeout, or some time after the caller's
/// own exchange ended. <see cref="CallerIsDone"/> may come before or after the end.
/// </summary>
internal sealed class Mirror
{
    /// <summary>A mirror may be slower than the service it stands beside, but not for ever.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(1);

    private readonly TimeSpan? _timeout;
    private readonly CancellationTokenSource _limit;
    private readonly Lock _ending = new();
    private bool _ended;

    public Mirror(MirrorBody? body, TimeSpan? timeout, TimeProvider time)
    {
        (Body, _timeout, _limit) = (body, timeout, new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, time));
        if (body is not null) body.OnCut = () => EndAfter(TimeSpan.Zero);
    }

    public MirrorBody? Body { get; }

    public CancellationToken Limit => _limit.Token;

    public void CallerIsDone()
    {
        Body?.Cut();
        if (_timeout is null && Body is not { IsCut: true }) EndAfter(Afterwards);
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

    // By a timer, so that nothing of the exchange runs on the thread, and under the locks, of who says so.
    private void EndAfter(TimeSpan time)
    {
        lock (_ending)
            if (!_ended) _limit.CancelAfter(time);
    }
}
