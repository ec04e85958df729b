using System.Net;
using System.Net.Sockets;

namespace Mesh.Sidecar.Transport;

/// <summary>
/// A connected socket as a stream, driven by its <see cref="EventLoop"/>. It reads and writes at once where it can and else waits for the
/// loop; a read that filled less than its buffer has emptied the socket (epoll(7)), so the next one waits without asking the kernel first.
/// A read of zero bytes waits for news and holds no buffer. One reader and one writer at a time, on any thread.
/// </summary>
internal sealed class SocketStream : Stream
{
    private const int Open = 0;
    private const int Closed = 1;

    private readonly Socket _socket;
    private readonly SocketReader _reader;
    private readonly SocketWriter _writer;
    private Action? _peerGone;
    private int _state;
    private bool _finished;

    private SocketStream(Socket socket, EventLoop loop)
    {
        (_socket, Loop, Handle) = (socket, loop, socket.SafeHandle);
        _reader = new SocketReader(this);
        _writer = new SocketWriter(this);
        loop.Add(this);
    }

    public EventLoop Loop { get; }

    /// <summary>What the loop knows this stream by; it alone sets it, before the first news.</summary>
    public long Membership { get; set; }

    public SafeSocketHandle Handle { get; }

    public EndPoint? RemoteEndPoint => _socket.RemoteEndPoint;

    public EndPoint? LocalEndPoint => _socket.LocalEndPoint;

    public bool IsClosed => Volatile.Read(ref _state) == Closed;

    /// <summary>The peer has closed its side, or the connection broke; bytes may still be there.</summary>
    public bool IsHungUp => _reader.IsHungUp;

    /// <summary>A read has met the peer's FIN. TLS that ended without meeting it has had its close_notify.</summary>
    public bool IsAtEnd => _reader.IsAtEnd;

    /// <summary>Something may have come since the last read; costs nothing.</summary>
    public bool HasNews => _reader.HasNews || _reader.IsHungUp;

    /// <summary>Whether bytes, or the end of the stream, wait in the socket. Not while a read is under way.</summary>
    public bool HasInput()
    {
        if (IsHungUp || IsClosed) return true;
        Span<byte> first = stackalloc byte[1];
        var count = _reader.Peek(first);
        if (count >= 0) _reader.KeepNews();
        return count >= 0;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes over a connected socket that no asynchronous operation of .NET's was used on.</summary>
    public static SocketStream Attach(Socket socket, EventLoop loop) => new(socket, loop);

    /// <summary>Dials. Throws <see cref="IOException"/>, or <see cref="OperationCanceledException"/> when cancelled.</summary>
    public static async ValueTask<SocketStream> ConnectAsync(
        EndPoint address, EventLoop loop, CancellationToken cancellation, Balancing.KeepaliveModel? keepalive = null)
    {
        // .NET's own connect would leave the socket registered with .NET's poller as well, and wake it for each byte.
        var isUnix = address.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp) { Blocking = false };
        SocketStream? stream = null;
        try
        {
            if (!isUnix)
            {
                socket.NoDelay = true;
                keepalive?.Apply(socket);
            }
            var bytes = address.Serialize();
            var result = Libc.Connect(socket.SafeHandle, bytes.Buffer.Span[..bytes.Size]);
            if (result is not (0 or -Libc.InProgress)) throw Libc.Error(-result);
            stream = new SocketStream(socket, loop);
            if (result != 0) await stream._writer.WaitAsync(cancellation);
            var error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error != SocketError.Success) throw new IOException(new SocketException((int)error).Message, new SocketException((int)error));
            return stream;
        }
        catch
        {
            if (stream is null) socket.Dispose();
            else stream.Close(abortive: false);
            throw;
        }
    }

    /// <summary>
    /// Calls <paramref name="action"/> once, on the loop, when the peer has closed or reset its side: also while nobody reads. It must be
    /// short.
    /// </summary>
    public void OnPeerGone(Action action)
    {
        _peerGone = action;
        Thread.MemoryBarrier();
        if (_reader.IsHungUp) Interlocked.Exchange(ref _peerGone, null)?.Invoke();
    }

    /// <summary>Copies the first bytes that wait in the socket and leaves them there; 0 at the end of the stream.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="seen">How many the caller knows already: it waits for more than these.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<int> PeekAsync(Memory<byte> buffer, int seen, CancellationToken cancellation)
    {
        while (true)
        {
            // Read before the bytes are: half a greeting and then the end is all there will be.
            var hungUp = _reader.IsHungUp;
            var count = _reader.Peek(buffer.Span);
            if (count == 0 || count > seen || hungUp)
            {
                _reader.KeepNews();
                return Math.Max(count, 0);
            }
            await _reader.WaitForNewsAsync(cancellation);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _reader.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _writer.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _writer.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Ends a wait for bytes, the present one or else the next, with <see cref="OperationCanceledException"/>.</summary>
    public void CancelRead() => _reader.Cancel();

    /// <summary>Takes back a <see cref="CancelRead"/> that met no read.</summary>
    public void ResetCancelRead() => _reader.ResetCancel();

    /// <summary>Ends a wait for room to write; what of it was sent is sent.</summary>
    public void CancelWrite() => _writer.Cancel();

    /// <summary>Says that no more comes from this side; the other may go on. Only once.</summary>
    public void ShutdownSend()
    {
        if (_finished || IsClosed) return;
        _finished = true;
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone already, and so is whoever would have been told.
        }
    }

    /// <summary>Closes with a reset: the peer must not take what it has for all there is.</summary>
    public void Abort() => Close(abortive: true);

    /// <summary>The loop's news.</summary>
    public void OnReady(Readiness readiness)
    {
        const Readiness gone = Readiness.PeerDone | Readiness.HangUp | Readiness.Error;
        var isGone = (readiness & gone) != 0;
        if (isGone) _reader.HangUp();
        if (isGone || (readiness & Readiness.Out) != 0) _writer.OnWritable();
        if (isGone || (readiness & Readiness.In) != 0) _reader.OnReadable();
        if (isGone) Interlocked.Exchange(ref _peerGone, null)?.Invoke();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Close(abortive: false);
        base.Dispose(disposing);
    }

    private void Close(bool abortive)
    {
        if (Interlocked.Exchange(ref _state, Closed) == Closed) return;
        Loop.Remove(this);
        if (abortive)
        {
            try
            {
                _socket.LingerState = new LingerOption(true, 0);
            }
            catch (SocketException)
            {
                // A connection that the peer has reset takes no options any more; closing it is all that is left.
            }
        }
        _socket.Dispose();
        _reader.Resume();
        _writer.Resume();
        Interlocked.Exchange(ref _peerGone, null)?.Invoke();
    }
}
