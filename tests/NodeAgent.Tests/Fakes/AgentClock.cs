namespace NodeAgent.Tests.Fakes;

/// <summary>
/// The time of day can be set ahead, and the ten-second ticks of the certificate's renewal come when the test says; all other timers run
/// as they do.
/// </summary>
internal sealed class AgentClock : TimeProvider
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<Action> _ticks = [];

    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Renewal) return base.CreateTimer(callback, state, dueTime, period);
        lock (_lock) _ticks.Add(() => callback(state));
        return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Tick()
    {
        Action[] ticks;
        lock (_lock) ticks = [.. _ticks];
        foreach (var tick in ticks) tick();
    }
}
