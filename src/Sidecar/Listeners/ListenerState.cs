using System.Net;
using System.Net.Sockets;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// A bound address and its accept loop. Configuration swaps <see cref="Model"/>; the socket stays, so no connection attempt fails
/// between two configurations. Created and stopped by the one thread that applies configuration; the loop runs by itself.
/// </summary>
internal sealed partial class ListenerState : IDisposable
{
    private readonly ConnectionFront _front;
    private readonly ILogger _log;
    private readonly Action<Exception> _onDead;
    private readonly List<Socket> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private volatile ListenerModel _model;
    private bool _accepting;

    /// <summary>Binds; throws <see cref="SocketException"/> when the address cannot be had.</summary>
    public ListenerState(ListenerModel model, ConnectionFront front, Action<Exception> onDead, ILogger log)
    {
        (_model, _front, _onDead, _log) = (model, front, onDead, log);
        var socket = new Socket(model.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // .NET sets SO_REUSEADDR on Linux by itself for listening sockets; said here because a restart depends on it.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(model.Address);
            // Accepted only once warm; until then the kernel holds a few callers for us.
            socket.Listen(1024);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        _sockets.Add(socket);
    }

    public ListenerModel Model => _model;

    public IPEndPoint BoundAddress => (IPEndPoint)_sockets[0].LocalEndPoint!;

    public bool IsAccepting => _accepting;

    /// <summary>Swaps the model; connections of chains that are gone drain.</summary>
    public void Update(ListenerModel model)
    {
        var old = _model;
        _model = model;
        foreach (var chain in old.Chains)
            if (!model.Chains.Contains(chain)) chain.Connections.Drain();
    }

    public void Start()
    {
        if (_accepting) return;
        _accepting = true;
        foreach (var socket in _sockets) _ = AcceptLoopAsync(socket);
        Log.Listening(_log, _model.Name, BoundAddress);
    }

    /// <summary>Accepts no more; what is connected goes on.</summary>
    public void StopAccepting()
    {
        _stop.Cancel();
        foreach (var socket in _sockets) socket.Dispose();
    }

    public void Dispose()
    {
        StopAccepting();
        _stop.Dispose();
    }

    private async Task AcceptLoopAsync(Socket listening)
    {
        try
        {
            while (true)
            {
                var socket = await AcceptAsync(listening);
                if (socket is null) continue;
                socket.NoDelay = true;
                _ = _front.ServeAsync(socket, _model);
            }
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Log.Stopped(_log, _model.Name);
        }
        catch (Exception e)
        {
            // A listener that no longer accepts is worse than a process that restarts.
            Log.Dead(_log, _model.Name, e);
            _onDead(e);
        }
    }

    private async ValueTask<Socket?> AcceptAsync(Socket listening)
    {
        try
        {
            return await listening.AcceptAsync(_stop.Token);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted)
        {
            // The caller went away between SYN and accept.
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
        {
            Log.Exhausted(_log, _model.Name, e.SocketErrorCode);
            await Task.Delay(TimeSpan.FromMilliseconds(50), _stop.Token);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "listening: {Listener} on {Address}")]
        public static partial void Listening(ILogger logger, string listener, IPEndPoint address);

        [LoggerMessage(2, LogLevel.Information, "stopped listening: {Listener}")]
        public static partial void Stopped(ILogger logger, string listener);

        [LoggerMessage(3, LogLevel.Critical, "accept loop of {Listener} died")]
        public static partial void Dead(ILogger logger, string listener, Exception error);

        [LoggerMessage(4, LogLevel.Error, "{Listener} cannot accept: {Error}")]
        public static partial void Exhausted(ILogger logger, string listener, SocketError error);
    }
}
