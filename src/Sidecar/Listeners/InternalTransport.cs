using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Mesh.Sidecar.Listeners;

/// <summary>Names one of the two permanent endpoints inside Kestrel; nothing is bound for it.</summary>
internal sealed class InternalEndPoint(string name) : EndPoint
{
    public static readonly InternalEndPoint Http1 = new("http1");
    public static readonly InternalEndPoint Http2 = new("http2");

    public override string ToString() => name;
}

/// <summary>
/// Kestrel's transport here is a queue: the L4 front accepts, sniffs and decrypts, then hands connections over. So listeners come and
/// go with configuration while Kestrel knows two endpoints for ever.
/// </summary>
internal sealed class InternalTransport : IConnectionListenerFactory
{
    // Unbounded in form only: it holds what was accepted and not yet taken, and Kestrel's accept loop takes at once.
    private readonly Channel<ConnectionContext> _http1 = NewChannel();
    private readonly Channel<ConnectionContext> _http2 = NewChannel();

    public bool TryDispatch(DownstreamConnection connection) => (connection.IsHttp2 ? _http2 : _http1).Writer.TryWrite(connection);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Listener(endpoint, ReferenceEquals(endpoint, InternalEndPoint.Http2) ? _http2 : _http1));

    private static Channel<ConnectionContext> NewChannel() =>
        Channel.CreateUnbounded<ConnectionContext>(new UnboundedChannelOptions { SingleReader = true });

    private sealed class Listener(EndPoint endPoint, Channel<ConnectionContext> queue) : IConnectionListener
    {
        public EndPoint EndPoint => endPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await queue.Reader.WaitToReadAsync(cancellationToken))
                if (queue.Reader.TryRead(out var connection)) return connection;
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            queue.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            queue.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
