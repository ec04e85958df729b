using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mesh.Bench.Net;

namespace Mesh.Bench.Load;

/// <summary>
/// Drives one target from one thread over a fixed number of keep-alive connections and counts exactly. Closed loop: every
/// connection sends its next request when it has its answer. Fixed rate: requests are due at fixed times whatever the answers do,
/// and a latency counts from when the request was due, so that a stall is not hidden by the requests it kept from being sent.
/// One round at a time; not thread-safe.
/// </summary>
internal sealed class LoadGenerator(IPEndPoint target, byte[] request, int connections)
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);
    private readonly PollSet<LoadConnection> _open = new();
    private readonly Stack<LoadConnection> _idle = new();
    private LatencyHistogram _latency = new();
    private long _requests;
    private long _errors;
    private string? _firstError;

    /// <param name="duration">How long new requests are sent; those in flight at the end are waited for.</param>
    /// <param name="rate">Requests a second, or null for the closed loop.</param>
    /// <param name="stop">Breaks the round off.</param>
    /// <param name="enough">Ends the round early: as if the duration were over.</param>
    public LoadResult Run(TimeSpan duration, double? rate, CancellationToken stop, CancellationToken enough = default)
    {
        (_latency, _requests, _errors, _firstError) = (new LatencyHistogram(), 0, 0, null);
        for (var i = 0; i < connections; i++)
            Connect();

        var start = Stopwatch.GetTimestamp();
        long scheduled = 0;
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed < duration && enough.IsCancellationRequested)
                duration = elapsed;
            if (elapsed - duration >= DrainLimit || (elapsed >= duration && _idle.Count == _open.Count))
                break;

            var wait = LongestWait;
            if (elapsed < duration)
                wait = rate is { } perSecond ? SendDue(start, perSecond, ref scheduled) : SendAll();
            _open.Wait(wait);
            Receive();
        }

        var took = Stopwatch.GetElapsedTime(start);
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].InFlight)
                Fail("no answer within 5 s after the end of the round");
            Drop(i);
        }

        _idle.Clear();
        return new LoadResult(_requests, _errors, _firstError, took, _latency);
    }

    private TimeSpan SendAll()
    {
        while (_idle.TryPop(out var connection))
            Send(connection, Stopwatch.GetTimestamp());
        return LongestWait;
    }

    private TimeSpan SendDue(long start, double perSecond, ref long scheduled)
    {
        var interval = Stopwatch.Frequency / perSecond;
        while (true)
        {
            var due = start + (long)(scheduled * interval);
            var now = Stopwatch.GetTimestamp();
            if (due > now)
                return Stopwatch.GetElapsedTime(now, due) is var wait && wait < LongestWait ? wait : LongestWait;
            if (!_idle.TryPop(out var connection))
                return LongestWait; // All are busy: the request is late already and goes as soon as one of them is free.
            scheduled++;
            Send(connection, due);
        }
    }

    private void Send(LoadConnection connection, long due)
    {
        try
        {
            connection.Send(request, due);
        }
        catch (IOException e)
        {
            Fail(e.Message);
            Reconnect(IndexOf(connection));
        }
    }

    private void Receive()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (!_open.IsReady(i))
                continue;
            var connection = _open[i];
            try
            {
                if (!connection.TryReceive(out var status, out _))
                    continue;
                _latency.Record(Stopwatch.GetElapsedTime(connection.Due));
                _requests++;
                if (status != 200)
                    Fail($"status {status}");
                _idle.Push(connection);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                Fail(e.Message);
                Reconnect(i);
            }
        }
    }

    private int IndexOf(LoadConnection connection)
    {
        var index = 0;
        while (!ReferenceEquals(_open[index], connection))
            index++;
        return index;
    }

    private void Connect()
    {
        var connection = LoadConnection.Open(target);
        _open.Add(connection.Socket, connection);
        _idle.Push(connection);
    }

    private void Reconnect(int index)
    {
        Drop(index);
        try
        {
            Connect();
        }
        catch (SocketException e) when (_open.Count > 0)
        {
            // One connection fewer: the row shows the errors. With none left there is nothing to measure, and the exception tells.
            Fail($"reconnecting: {e.SocketErrorCode}");
        }
    }

    private void Drop(int index)
    {
        var connection = _open[index];
        if (!connection.InFlight && _idle.Contains(connection))
        {
            var others = _idle.Where(c => !ReferenceEquals(c, connection)).ToArray();
            _idle.Clear();
            foreach (var other in others)
                _idle.Push(other);
        }

        connection.Dispose();
        _open.RemoveAt(index);
    }

    private void Fail(string reason)
    {
        _errors++;
        _firstError ??= reason;
    }
}
