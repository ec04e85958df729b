using System.Collections.Concurrent;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// Live connections of a filter chain. Safe from all threads; one that is added after the set began to drain is drained too, whichever
/// came first.
/// </summary>
internal sealed class ConnectionSet
{
    private readonly ConcurrentDictionary<DownstreamConnection, byte> _http = new();
    private readonly ConcurrentDictionary<CancellationTokenSource, byte> _tcp = new();
    private volatile bool _draining;

    public int Count => _http.Count + _tcp.Count;

    public int TcpCount => _tcp.Count;

    public bool IsDraining => _draining;

    public void Add(DownstreamConnection connection)
    {
        _http.TryAdd(connection, 0);
        if (_draining) connection.Drain();
    }

    public void Remove(DownstreamConnection connection) => _http.TryRemove(connection, out _);

    public void Add(CancellationTokenSource tcp) => _tcp.TryAdd(tcp, 0);

    public void Remove(CancellationTokenSource tcp) => _tcp.TryRemove(tcp, out _);

    public void Drain()
    {
        _draining = true;
        foreach (var connection in _http.Keys) connection.Drain();
    }

    /// <summary>Closes HTTP connections once idle.</summary>
    public void CloseIdle()
    {
        foreach (var connection in _http.Keys) connection.RequestClose();
    }

    /// <summary>Ends spliced connections: nothing in them says where a good moment is.</summary>
    public void AbortTcp()
    {
        foreach (var tcp in _tcp.Keys) tcp.Cancel();
    }
}
