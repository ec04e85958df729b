using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// The HTTP/1.1 connections of one endpoint that are at rest, those of one loop or, where their number is limited, of all, the last one used on top, so
/// that what is not needed grows old and is closed. Safe from all threads; guarded by one lock that is never held over anything slow.
/// </summary>
internal sealed class Http1Pool(EndpointState endpoint, string host = "") : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Http1Connection> _idle = [];
    private readonly ConnectionSettings _settings = endpoint.Key.Connection;
    private readonly TimeProvider _time = endpoint.Connector.Time;
    private ITimer? _sweep;
    private bool _isSweepSet;
    private bool _disposed;

    /// <summary>Texts of this endpoint's last responses.</summary>
    public FieldTexts Texts { get; } = new();

    public int Idle
    {
        get
        {
            lock (_lock) return _idle.Count;
        }
    }

    /// <summary>A connection at rest, its exchange begun; null when there is none.</summary>
    public Http1Connection? TryRent(TimeSpan? silence)
    {
        while (TryPop() is { } connection)
        {
            if (!IsOver(connection, _time.GetTimestamp()) && connection.TryBegin(silence)) return connection;
            connection.Close();
        }
        return null;
    }

    /// <summary>A new connection, its exchange begun. Any failure but the caller's cancellation is an <see cref="IOException"/>.</summary>
    public async ValueTask<Http1Connection> DialAsync(EventLoop loop, TimeSpan? silence, CancellationToken cancellation)
    {
        var (stream, socket) = await endpoint.Connector.DialAsync(endpoint, AppProtocol.Http1, loop, cancellation, host);
        var connection = new Http1Connection(stream, socket, this, _time);
        connection.Watch();
        if (connection.TryBegin(silence)) return connection;
        connection.Close();
        throw new IOException($"{endpoint.Key.Address}: closed by the peer before the first request");
    }

    /// <summary>Takes a connection back after an exchange that left it usable.</summary>
    public void Return(Http1Connection connection)
    {
        connection.End();
        connection.IdleSince = _time.GetTimestamp();
        lock (_lock)
        {
            if (!_disposed && connection.Served < _settings.MaxRequests && !connection.IsHungUp && !connection.IsClosed)
            {
                _idle.Add(connection);
                if (!_isSweepSet) SetSweep();
                // The peer may have gone between the look and the entry, and have found nothing to remove.
                if (!connection.IsHungUp) return;
                _idle.Remove(connection);
            }
        }
        connection.Close();
    }

    /// <summary>The peer of a connection closed it: nobody is to be given it.</summary>
    public void OnPeerGone(Http1Connection connection)
    {
        lock (_lock)
        {
            var at = _idle.LastIndexOf(connection);
            // In use: whoever reads it notices.
            if (at < 0) return;
            _idle.RemoveAt(at);
        }
        connection.Close();
    }

    public void Dispose()
    {
        Http1Connection[] all;
        lock (_lock)
        {
            _disposed = true;
            all = [.. _idle];
            _idle.Clear();
            _sweep?.Dispose();
        }
        foreach (var connection in all) connection.Close();
    }

    private Http1Connection? TryPop()
    {
        lock (_lock)
        {
            if (_idle.Count == 0) return null;
            var connection = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            return connection;
        }
    }

    private bool IsOver(Http1Connection connection, long now) => Left(connection, now) <= TimeSpan.Zero;

    private TimeSpan Left(Http1Connection connection, long now)
    {
        var left = _settings.IdleTimeout == Timeout.InfiniteTimeSpan
            ? ExchangeTimes.Longest : _settings.IdleTimeout - _time.GetElapsedTime(connection.IdleSince, now);
        if (_settings.MaxLifetime == Timeout.InfiniteTimeSpan) return left;
        var life = _settings.MaxLifetime - _time.GetElapsedTime(connection.CreatedAt, now);
        return life < left ? life : left;
    }

    // By the one that is over first. Under the lock.
    private void SetSweep()
    {
        var now = _time.GetTimestamp();
        var due = ExchangeTimes.Longest;
        foreach (var connection in _idle)
            if (Left(connection, now) is var left && left < due) due = left;
        // Timers round down; just before the time nothing would be over yet.
        due = due < TimeSpan.Zero ? TimeSpan.Zero : due + TimeSpan.FromMilliseconds(1);
        _isSweepSet = true;
        if (_sweep is null) _sweep = _time.CreateTimer(static pool => ((Http1Pool)pool!).Sweep(), this, due, Timeout.InfiniteTimeSpan);
        else _sweep.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Sweep()
    {
        List<Http1Connection> over = [];
        lock (_lock)
        {
            _isSweepSet = false;
            if (_disposed) return;
            var now = _time.GetTimestamp();
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                if (!IsOver(_idle[i], now)) continue;
                over.Add(_idle[i]);
                _idle.RemoveAt(i);
            }
            if (_idle.Count > 0) SetSweep();
        }
        foreach (var connection in over) connection.Close();
    }
}
