namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// A body that waits for the upstream's 100 (RFC 9110, 10.1.1): the client holds it back, and so do we; it is passed on by beginning to read. Asked for by
/// the sender, given by the reader of the response, each on its own thread.
/// </summary>
internal sealed class BodyPermission
{
    // A peer that knows nothing of 100 does not answer before it has the body: then it is sent after a while, as HTTP asks.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private TaskCompletionSource<bool>? _given;

    public bool IsNeeded => _given is not null;

    public void Require() => _given = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Give() => _given?.TrySetResult(true);

    public void Refuse() => _given?.TrySetResult(false);

    public void Reset() => _given = null;

    /// <summary>False when the answer came in its place.</summary>
    public async Task<bool> WaitAsync(TimeProvider time)
    {
        try
        {
            return _given is null || await _given.Task.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            return true;
        }
    }
}
