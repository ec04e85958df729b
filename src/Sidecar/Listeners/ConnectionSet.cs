namespace Mesh.Sidecar.Listeners;

/// <summary>
/// Live connections of a filter chain. Safe from all threads, under one lock; one that is added after the set began to drain is drained too,
/// whichever came first. Takes next to nothing while there are none: a proxy may have a listener for each service of its mesh.
/// </summary>
internal sealed class ConnectionSet
{
    private HashSet<DownstreamConnection>? _http;
    private HashSet<CancellationTokenSource>? _tcp;
    private bool _draining;
    private readonly Lock _lock = new();

    public int Count
    {
        get
        {
            lock (_lock) return (_http?.Count ?? 0) + (_tcp?.Count ?? 0);
        }
    }

    public int TcpCount
    {
        get
        {
            lock (_lock) return _tcp?.Count ?? 0;
        }
    }

    public bool IsDraining => Volatile.Read(ref _draining);

    public void Add(DownstreamConnection connection)
    {
        bool draining;
        lock (_lock)
        {
            (_http ??= []).Add(connection);
            draining = _draining;
        }
        if (draining) connection.Drain();
    }

    public void Remove(DownstreamConnection connection)
    {
        lock (_lock) _http?.Remove(connection);
    }

    public void Add(CancellationTokenSource tcp)
    {
        lock (_lock) (_tcp ??= []).Add(tcp);
    }

    public void Remove(CancellationTokenSource tcp)
    {
        lock (_lock) _tcp?.Remove(tcp);
    }

    public void Drain()
    {
        DownstreamConnection[] connections;
        lock (_lock)
        {
            _draining = true;
            connections = [.. _http ?? []];
        }
        foreach (var connection in connections) connection.Drain();
    }

    /// <summary>Closes HTTP connections once idle.</summary>
    public void CloseIdle()
    {
        DownstreamConnection[] connections;
        lock (_lock) connections = [.. _http ?? []];
        foreach (var connection in connections) connection.CloseIdle();
    }

    /// <summary>Ends spliced connections: nothing in them says where a good moment is.</summary>
    public void AbortTcp()
    {
        CancellationTokenSource[] connections;
        lock (_lock) connections = [.. _tcp ?? []];
        foreach (var tcp in connections) tcp.Cancel();
    }
}
