namespace Mesh.NodeAgent.ControlPlane;

/// <summary>
/// Which replica to try next and how long to wait before. Each agent shuffles for itself, which spreads agents evenly; after a loss
/// every other replica is tried once without waiting, then rounds grow apart with jitter. Used by one thread.
/// </summary>
internal sealed class ReplicaRotation(int count, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly Queue<int> _order = Shuffled(count, random);
    private int _failures;

    /// <summary>The replica to try and the wait before it.</summary>
    public (int Replica, TimeSpan Wait) Next()
    {
        var replica = _order.Dequeue();
        _order.Enqueue(replica);
        var round = _failures / count;
        if (round == 0 || _failures % count != 0) return (replica, TimeSpan.Zero);
        var limit = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(round, 10)));
        // Half fixed, half random: agents that lost the same replica do not come back in step.
        return (replica, TimeSpan.FromMilliseconds(limit / 2 * (1 + random.NextDouble())));
    }

    public void Failed() => _failures++;

    public void Succeeded() => _failures = 0;

    /// <summary>Whether every replica has been tried <paramref name="rounds"/> times since the last success.</summary>
    public bool HasTriedAll(int rounds) => _failures >= rounds * count;

    private static Queue<int> Shuffled(int count, Random random)
    {
        var order = Enumerable.Range(0, count).ToArray();
        random.Shuffle(order);
        return new Queue<int>(order);
    }
}
