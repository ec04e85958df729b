using System.Net;

namespace Mesh.Sidecar.Http;

/// <summary>
/// A response body without a declared length, counted as it streams by. Where its first byte is not there yet, the headers go ahead: a
/// stream's client may wait for them before it says more, and a response that ends with its headers (gRPC's trailers-only) completes at
/// once and so stays whole.
/// </summary>
internal sealed class CountingContent(HttpContent inner, ProxyRequest owner) : HttpContent
{
    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new CountingStream(await inner.ReadAsStreamAsync(cancellationToken), owner);

    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private sealed class CountingStream(Stream inner, ProxyRequest owner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var pending = inner.ReadAsync(buffer, cancellationToken);
            return pending.IsCompletedSuccessfully ? new ValueTask<int>(Count(pending.Result)) : CountSlowAsync(pending);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        private async ValueTask<int> CountSlowAsync(ValueTask<int> pending)
        {
            var response = owner.Http.Response;
            if (!response.HasStarted) await response.Body.FlushAsync();
            return Count(await pending);
        }

        private int Count(int bytes)
        {
            owner.ResponseBytes += bytes;
            return bytes;
        }
    }
}
