using System.Net;
using System.Net.Sockets;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// A bound address, whose callers <see cref="Acceptor"/> lets in. Configuration swaps <see cref="Model"/>; the socket stays, so no connection
/// attempt fails between two configurations. Created and stopped by the one thread that applies configuration.
/// </summary>
internal sealed partial class ListenerState : IDisposable
{
    private readonly Acceptor _acceptor;
    private readonly ILogger _log;
    private readonly Socket _socket;
    private volatile ListenerModel _model;

    /// <summary>Binds; throws <see cref="SocketException"/> when the address cannot be had.</summary>
    public ListenerState(ListenerModel model, Acceptor acceptor, ILogger log)
    {
        (_model, _acceptor, _log) = (model, acceptor, log);
        _socket = new Socket(model.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // .NET sets SO_REUSEADDR on Linux by itself for listening sockets; said here because a restart depends on it.
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _socket.Blocking = false;
            _socket.Bind(model.Address);
            // Accepted only once warm; until then the kernel holds a few callers for us.
            _socket.Listen(1024);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    public ListenerModel Model => _model;

    public IPEndPoint BoundAddress => (IPEndPoint)_socket.LocalEndPoint!;

    public bool IsAccepting { get; private set; }

    /// <summary>Its place at the acceptor, which alone uses it.</summary>
    public int Place { get; set; } = -1;

    /// <summary>What the acceptor waits for.</summary>
    public Socket Socket => _socket;

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
        if (IsAccepting) return;
        IsAccepting = true;
        _acceptor.Add(this);
        Log.Listening(_log, _model.Name, BoundAddress);
    }

    /// <summary>Accepts no more; what is connected goes on.</summary>
    public void StopAccepting()
    {
        if (IsAccepting) _acceptor.Remove(this);
        _socket.Dispose();
    }

    public void Dispose()
    {
        StopAccepting();
        Log.Stopped(_log, _model.Name);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "listening: {Listener} on {Address}")]
        public static partial void Listening(ILogger logger, string listener, IPEndPoint address);

        [LoggerMessage(2, LogLevel.Information, "stopped listening: {Listener}")]
        public static partial void Stopped(ILogger logger, string listener);
    }
}
