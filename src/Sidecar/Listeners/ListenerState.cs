using System.Net;
using System.Net.Sockets;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// A bound address, whose callers <see cref="Acceptor"/> lets in. Configuration swaps <see cref="Model"/>; the socket stays, so no connection
/// attempt fails between two configurations. One to which nobody has come yet may sleep: its model is made for the first caller. Created, changed and stopped by
/// the one thread that applies configuration; woken by the acceptor's.
/// </summary>
internal sealed partial class ListenerState : IDisposable
{
    private readonly Acceptor _acceptor;
    private readonly ILogger _log;
    // Both are written under the source's lock; who sleeps has no model.
    private volatile ListenerModel? _model;
    private volatile IListenerSource? _sleeping;

    /// <summary>Binds; throws <see cref="SocketException"/> when the address cannot be had. Has no model yet: <see cref="Update"/> or <see cref="Sleep"/>.</summary>
    public ListenerState(string name, IPEndPoint address, Acceptor acceptor, ILogger log)
    {
        (Name, Address, _acceptor, _log) = (name, address, acceptor, log);
        Socket = ListeningSocket.Bind(address, out var bound);
        BoundAddress = bound;
    }

    public string Name { get; }

    /// <summary>As configured.</summary>
    public IPEndPoint Address { get; }

    public IPEndPoint BoundAddress { get; }

    /// <summary>Wakes a listener that sleeps.</summary>
    public ListenerModel Model
    {
        get
        {
            if (_model is null) _sleeping?.Wake(this);
            return _model ?? throw new InvalidOperationException($"listener {Name} has no model yet");
        }
    }

    /// <summary>As <see cref="Model"/>, but null for a listener that sleeps.</summary>
    public ListenerModel? Loaded => _model;

    public bool IsAsleep => _sleeping is not null;

    /// <summary>The routes that it gets from discovery; one that sleeps has exactly one configuration of them.</summary>
    public IReadOnlyList<RouteConfigState> Routes { get; private set; } = [];

    public bool IsAccepting { get; private set; }

    /// <summary>Its place at the acceptor, which alone uses it.</summary>
    public int Place { get; set; } = -1;

    /// <summary>What the acceptor waits for.</summary>
    public ListeningSocket Socket { get; }

    /// <summary>Swaps the model; connections of chains that are gone drain.</summary>
    public void Update(ListenerModel model, IReadOnlyList<RouteConfigState> routes)
    {
        var old = _model;
        Routes = routes;
        _model = model;
        _sleeping = null;
        foreach (var chain in old?.Chains ?? [])
            if (!model.Chains.Contains(chain)) chain.Connections.Drain();
    }

    /// <summary>From now on <paramref name="source"/> makes the model, for the first caller. Not for a listener that has one.</summary>
    public void Sleep(IListenerSource source, IReadOnlyList<RouteConfigState> routes)
    {
        Routes = routes;
        _sleeping = source;
    }

    public void Start()
    {
        if (IsAccepting) return;
        IsAccepting = true;
        _acceptor.Add(this);
        Log.Listening(_log, Name, BoundAddress);
    }

    /// <summary>Accepts no more; what is connected goes on.</summary>
    public void StopAccepting()
    {
        if (IsAccepting) _acceptor.Remove(this);
        Socket.Dispose();
    }

    public void Dispose()
    {
        StopAccepting();
        Log.Stopped(_log, Name);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "listening: {Listener} on {Address}")]
        public static partial void Listening(ILogger logger, string listener, IPEndPoint address);

        [LoggerMessage(2, LogLevel.Information, "stopped listening: {Listener}")]
        public static partial void Stopped(ILogger logger, string listener);
    }
}
