using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Mesh.Sidecar.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// A response's body towards the client. To an HTTP/1.1 client a body of no declared length goes in chunks of our own making, because the server's
/// have no trailers. The last bytes are left for the server to send with the end of the response. One writer.
/// </summary>
internal sealed class DownstreamBody
{
    private PipeWriter _writer = null!;
    private ProxyRequest _request = null!;
    private bool _isChunked;
    private bool _headIsOut;

    /// <summary>Bytes written and not yet on their way.</summary>
    public int Unflushed { get; private set; }

    /// <summary>Whether body bytes may be read straight into <see cref="Reserve"/>: the server's own buffer for HTTP/1.1, which nobody else touches.</summary>
    public bool TakesDirectly => !_isChunked && !_request.Connection.IsHttp2;

    /// <summary>To be called before the response starts: it may add a header.</summary>
    public Task StartAsync(ProxyRequest request)
    {
        var response = request.Http.Response;
        _request = request;
        _writer = response.BodyWriter;
        _isChunked = !request.Connection.IsHttp2 && response.ContentLength is null && HttpProtocol.IsHttp11(request.Http.Request.Protocol);
        (_headIsOut, Unflushed) = (false, 0);
        if (_isChunked) response.Headers.TransferEncoding = "chunked";
        return response.StartAsync();
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        if (!_isChunked)
        {
            bytes.CopyTo(_writer.GetSpan(bytes.Length));
            Advance(bytes.Length);
            return;
        }
        var room = _writer.GetSpan(bytes.Length + 12);
        bytes.Length.TryFormat(room, out var length, "x", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(room[length..]);
        bytes.CopyTo(room[(length + 2)..]);
        "\r\n"u8.CopyTo(room[(length + 2 + bytes.Length)..]);
        _request.ResponseBytes += bytes.Length;
        Commit(bytes.Length + length + 4);
    }

    public Memory<byte> Reserve(int size) => _writer.GetMemory(size);

    public void Advance(int count)
    {
        if (_request.Http.Response.ContentLength is null) _request.ResponseBytes += count;
        Commit(count);
    }

    /// <summary>Sends what is written, first of all the head; false when the client is gone.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FlushAsync()
    {
        if (_headIsOut && Unflushed == 0) return true;
        _headIsOut = true;
        Unflushed = 0;
        try
        {
            var result = await _writer.FlushAsync();
            return !result.IsCompleted && !result.IsCanceled;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The body is whole; trailers follow it. False when the client is gone.</summary>
    public ValueTask<bool> EndAsync(ResponseHead? trailers)
    {
        if (_isChunked) EndChunks(trailers);
        else if (trailers is not null) Trail(trailers);
        // The server's end of an HTTP/1.1 response flushes only where nothing was flushed before.
        return _headIsOut && !_request.Connection.IsHttp2 ? FlushAsync() : new ValueTask<bool>(true);
    }

    private void Commit(int count)
    {
        _writer.Advance(count);
        Unflushed += count;
    }

    private void EndChunks(ResponseHead? trailers)
    {
        var buffer = new WriteBuffer();
        buffer.Write("0\r\n"u8);
        foreach (var (name, value) in trailers is null ? default : trailers.Fields)
            if (HopByHop.MayTrailResponse(name)) RequestHead.TryWriteField(buffer, name, value);
        buffer.Write("\r\n"u8);
        var bytes = buffer.Unsent.Span;
        bytes.CopyTo(_writer.GetSpan(bytes.Length));
        Commit(bytes.Length);
        buffer.Release();
    }

    private void Trail(ResponseHead trailers)
    {
        if (_request.Http.Features[typeof(IHttpResponseTrailersFeature)] is not IHttpResponseTrailersFeature { Trailers: { IsReadOnly: false } outgoing }) return;
        foreach (var (name, value) in trailers.Fields)
            if (HopByHop.MayTrailResponse(name)) outgoing.Append(name, value);
    }
}
