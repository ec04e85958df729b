namespace Mesh.Cluster.Agents;

/// <summary>
/// Tells agents' streams, once, that this replica is leaving: first to go elsewhere, before anything stops, and a little later that
/// their time is over. Thread-safe.
/// </summary>
internal sealed class AgentDeparture : IDisposable
{
    /// <summary>An agent attaches elsewhere within a second; a stream that stays longer would hold up the shutdown.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;

    public AgentDeparture(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        _registration = lifetime.ApplicationStopping.Register(() => _announced.TrySetResult());
        Ended = EndAsync(time);
    }

    public Task Announced => _announced.Task;

    public Task Ended { get; }

    public void Dispose() => _registration.Dispose();

    private async Task EndAsync(TimeProvider time)
    {
        await Announced;
        await Task.Delay(Grace, time);
    }
}
