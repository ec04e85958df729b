using System.Net.Sockets;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// Lets callers in, for all listeners on one thread: a loop of its own for each would cost kilobytes, and a proxy may have thousands. Adding and
/// removing is safe from all threads. What would end the loop ends the process: a listener that no longer accepts is
/// worse than a restart.
/// </summary>
internal sealed partial class Acceptor : IDisposable
{
    /// <summary>How long a process without a free file descriptor lets callers wait before it looks again.</summary>
    private static readonly TimeSpan Exhaustion = TimeSpan.FromMilliseconds(50);

    private readonly Epoll _epoll = new();
    private readonly Lock _changes = new();
    private readonly Stack<int> _free = new();
    private readonly ConnectionFront _front;
    private readonly Action<Exception> _onDead;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private ListenerState?[] _listeners = new ListenerState?[8];
    private int _next;
    private readonly ManualResetEventSlim _stopped = new();
    private volatile bool _stopping;

    public Acceptor(ConnectionFront front, Action<Exception> onDead, ILogger log)
    {
        (_front, _onDead, _log) = (front, onDead, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "acceptor" };
        _thread.Start();
    }

    public void Add(ListenerState listener)
    {
        lock (_changes)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            if (!_free.TryPop(out var place)) place = _next++;
            if (place >= _listeners.Length) Array.Resize(ref _listeners, _listeners.Length * 2);
            listener.Place = place;
            _listeners[place] = listener;
            // Not edge-triggered: whoever is left in the queue is reported again.
            _epoll.Register(listener.Socket, place, Readiness.In);
        }
    }

    /// <summary>After this nobody is let in any more who was not before.</summary>
    public void Remove(ListenerState listener)
    {
        lock (_changes)
        {
            if (listener.Place < 0 || _listeners[listener.Place] != listener) return;
            if (!_stopping) _epoll.Remove(listener.Socket);
            _listeners[listener.Place] = null;
            _free.Push(listener.Place);
            listener.Place = -1;
        }
    }

    public void Dispose()
    {
        lock (_changes)
        {
            if (_stopping) return;
            _stopping = true;
        }
        _stopped.Set();
        _epoll.Wake();
        _thread.Join();
        _epoll.Dispose();
        _stopped.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stopping)
            {
                var count = _epoll.Wait(block: true);
                for (var i = 0; i < count; i++)
                    if (_epoll[i].Number is var place and not Epoll.Woken) Accept((int)place);
            }
        }
        catch (Exception e)
        {
            Log.Dead(_log, e);
            _onDead(e);
        }
    }

    private void Accept(int place)
    {
        ListenerState? listener;
        Socket? socket = null;
        var isExhausted = false;
        // Under the lock, so that a listener is not taken away while it accepts. The socket does not block.
        lock (_changes)
        {
            listener = _listeners[place];
            if (listener is not null) socket = Accept(listener, out isExhausted);
        }
        if (isExhausted) _stopped.Wait(Exhaustion);
        if (socket is null) return;
        socket.NoDelay = true;
        _ = _front.ServeAsync(socket, listener!.Model);
    }

    private Socket? Accept(ListenerState listener, out bool isExhausted)
    {
        isExhausted = false;
        try
        {
            return listener.Socket.Accept();
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted)
        {
            // The caller went away between SYN and accept.
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
        {
            Log.Exhausted(_log, listener.Name, e.SocketErrorCode);
            isExhausted = true;
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "nobody is let in any more")]
        public static partial void Dead(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Error, "{Listener} cannot accept: {Error}")]
        public static partial void Exhausted(ILogger logger, string listener, SocketError error);
    }
}
