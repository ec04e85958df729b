namespace Mesh.Traffic.Tests.Harness;

/// <summary>The system's clock, put forward. Timers run as they would: who asks what time it is learns of it, whoever waits does not.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref _ticks));
}
