using System.Runtime.CompilerServices;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// One HTTP/1.1 connection to an endpoint. It carries one exchange at a time, whose reader and writer run side by side; <see cref="Abort"/> is
/// safe from all threads. Between exchanges it holds no buffer and waits for nothing: the loop says when the peer goes.
/// </summary>
internal sealed class Http1Connection
{
    private readonly Stream _stream;
    private readonly SocketStream _socket;
    private readonly Http1Pool _pool;
    private readonly SilenceTimer _silence;
    private readonly bool _isPlain;
    private ValueTask<int> _news;
    private bool _isWaiting;

    public Http1Connection(Stream stream, SocketStream socket, Http1Pool pool, TimeProvider time)
    {
        (_stream, _socket, _pool) = (stream, socket, pool);
        _isPlain = ReferenceEquals(stream, socket);
        _silence = new SilenceTimer(this, time);
        CreatedAt = IdleSince = time.GetTimestamp();
    }

    public long CreatedAt { get; }

    /// <summary>When the last exchange ended.</summary>
    public long IdleSince { get; set; }

    /// <summary>Exchanges begun.</summary>
    public int Served { get; private set; }

    /// <summary>Bytes of the response that were read and not used.</summary>
    public ReadBuffer Input { get; } = new();

    /// <summary>Broken off because nothing moved for too long.</summary>
    public bool WasSilent => _silence.HasFired;

    public bool IsClosed => _socket.IsClosed;

    public bool IsHungUp => _socket.IsHungUp;

    /// <summary>After a read of nothing: the peer meant to end here. Over TLS it must say so, or anybody on the way could have cut the rest.</summary>
    public bool EndedOnPurpose => _isPlain || !_socket.IsAtEnd;

    /// <summary>Calls the pool when the peer goes. Once.</summary>
    public void Watch() => _socket.OnPeerGone(() => _pool.OnPeerGone(this));

    /// <summary>
    /// Begins an exchange; false when the connection turns out to be of no use: its peer has closed it, or has said something that nobody
    /// asked for.
    /// </summary>
    public bool TryBegin(TimeSpan? silence)
    {
        if (_socket.IsClosed) return false;
        if (_socket.HasNews && !IsQuiet()) return false;
        Served++;
        _silence.Start(silence);
        return true;
    }

    /// <summary>Ends an exchange after which the connection can carry another.</summary>
    public void End()
    {
        _silence.Stop();
        Input.Release();
    }

    /// <summary>Completes when there is something to read; holds no buffer meanwhile.</summary>
    public ValueTask<int> WaitAsync()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            return _news;
        }
        // News may be of what was read already; who waits must not take that for something to read. TLS looks for itself.
        if (_isPlain && _socket.HasNews && _socket.HasInput()) return new ValueTask<int>(0);
        return _stream.ReadAsync(Memory<byte>.Empty);
    }

    /// <summary>Reads past <see cref="Input"/>; 0 at the end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        var count = await _stream.ReadAsync(buffer);
        _silence.Touch();
        return count;
    }

    /// <summary>Waits for more and reads it into <see cref="Input"/>; 0 at the end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> FillAsync()
    {
        if (Input.Length == 0)
        {
            Input.Release();
            _ = await WaitAsync();
        }
        return await ReadMoreAsync();
    }

    /// <summary>Reads more into <see cref="Input"/>, whose buffer is there from now on; 0 at the end of the stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadMoreAsync()
    {
        var count = await _stream.ReadAsync(Input.Reserve());
        Input.Commit(count);
        _silence.Touch();
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _silence.Touch();
        return _stream.WriteAsync(bytes);
    }

    /// <summary>Says that no more comes from this side.</summary>
    public ValueTask FinishWritingAsync() => Tcp.HalfClose.SendAsync(_stream);

    /// <summary>Breaks the connection off: what waits on it fails.</summary>
    public void Abort() => _socket.Abort();

    /// <summary>Closes it for good. Nothing reads or writes any more.</summary>
    public void Close()
    {
        _silence.Dispose();
        Input.Release();
        _stream.Dispose();
    }

    // TLS says things of its own between exchanges, such as session tickets: what comes of it is known after decrypting only.
    private bool IsQuiet()
    {
        if (_socket.IsHungUp) return false;
        if (_isPlain) return !_socket.HasInput();
        _news = _stream.ReadAsync(Memory<byte>.Empty);
        _isWaiting = !_news.IsCompleted;
        return _isWaiting;
    }
}
