namespace Mesh.Sidecar.Http;

/// <summary>
/// A request body that ends in an error once it is longer than the listener takes: as a whole, or for gRPC, whose streams have no end to be measured,
/// with one of its messages. Holds nothing. One reader.
/// </summary>
internal sealed class LimitedBody(Stream inner, long limit, ProxyRequest owner) : Stream
{
    private const int PrefixLength = 5;

    private long _left = owner.IsGrpc ? 0 : limit;
    private ulong _size;
    private int _prefix;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Puts a limit on the body of a request that is about to go on; false where its declared length is beyond it.</summary>
    public static bool TryLimit(ProxyRequest request, long limit)
    {
        var http = request.Http.Request;
        // What is declared is held to by the server.
        if (http.ContentLength is { } declared && !request.IsGrpc) return declared <= limit;
        http.Body = new LimitedBody(http.Body, limit, request);
        return true;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        if (owner.IsGrpc ? AreMessagesWithin(buffer.Span[..count]) : (_left -= count) >= 0) return count;
        owner.IsTooLarge = true;
        throw new IOException("the request is larger than the listener takes");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Each message has a byte that tells of its compression and four of its length before it (gRPC over HTTP/2, "Length-Prefixed-Message").
    private bool AreMessagesWithin(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left > 0)
            {
                var count = (int)Math.Min(_left, bytes.Length);
                _left -= count;
                bytes = bytes[count..];
                continue;
            }
            if (_prefix++ > 0) _size = (_size << 8) | bytes[0];
            bytes = bytes[1..];
            if (_prefix < PrefixLength) continue;
            if (_size > (ulong)limit) return false;
            (_left, _size, _prefix) = ((long)_size, 0, 0);
        }
        return true;
    }
}
