namespace Mesh.Cluster.Distribution;

/// <summary>Names of resources that differ from the step before.</summary>
internal sealed record ModelChanges(IReadOnlyCollection<string> Objects, IReadOnlyCollection<string> Workloads)
{
    public static readonly ModelChanges None = new([], []);
}

/// <summary>One published model and the way to the next. A reader that follows the steps misses no change, however slow.</summary>
internal sealed class ModelStep(ReplicaModel model, ModelChanges changes)
{
    private readonly TaskCompletionSource<ModelStep> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ReplicaModel Model { get; } = model;

    public ModelChanges Changes { get; } = changes;

    /// <summary>Completes when the model was replaced.</summary>
    public Task<ModelStep> Next => _next.Task;

    internal void Follow(ModelStep next) => _next.SetResult(next);
}

/// <summary>
/// The model in force. One actor publishes by swap, then signals; any thread reads. Steps that no reader holds any more are collected.
/// </summary>
internal sealed class ModelFeed
{
    private volatile ModelStep _current = new(ReplicaModel.Empty, ModelChanges.None);

    public ModelStep Current => _current;

    public void Publish(ReplicaModel model, ModelChanges changes)
    {
        var previous = _current;
        var next = new ModelStep(model, changes);
        _current = next;
        previous.Follow(next);
    }

    /// <summary>The first model, from now on, of which <paramref name="predicate"/> is true.</summary>
    public async Task<ReplicaModel> WaitAsync(Func<ReplicaModel, bool> predicate, CancellationToken cancellation)
    {
        var step = Current;
        while (!predicate(step.Model)) step = await step.Next.WaitAsync(cancellation);
        return step.Model;
    }
}
