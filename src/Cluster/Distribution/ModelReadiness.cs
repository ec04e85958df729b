namespace Mesh.Cluster.Distribution;

/// <summary>
/// Whether the registry can be taken as complete. After its start a replica may be the first of all: what agents of others hold may then
/// merely not have been reported again. Thread-safe.
/// </summary>
internal sealed class ModelReadiness(TimeProvider time, TimeSpan lease)
{
    public Task Settled { get; } = Task.Delay(lease, time);

    public bool IsSettled => Settled.IsCompleted;
}
