using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>A response as it was on the wire.</summary>
internal sealed record RawResponse(int Status, string Head, string Body, string Trailers)
{
    /// <summary>A header's value; null without it.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var line in Head.Split("\r\n"))
                if (line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) return line[(name.Length + 1)..].Trim();
            return null;
        }
    }
}

/// <summary>An HTTP/1 client that sends what it is told, right or wrong. Every wait is bounded.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), client._limit.Token);
        return client;
    }

    /// <summary>Sends text, a character a byte. False: the peer no longer reads.</summary>
    public async Task<bool> SendAsync(string text)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = Encoding.Latin1.GetBytes(text);
            while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, _limit.Token)..];
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next response; null when the connection ended first.</summary>
    /// <param name="hasBody">False for HEAD, and for a status that has none.</param>
    public async Task<RawResponse?> ReadAsync(bool hasBody = true)
    {
        if (await TakeThroughAsync("\r\n\r\n") is not { } head) return null;
        var status = int.Parse(head.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        var response = new RawResponse(status, head, "", "");
        if (!hasBody || status is < 200 or 204 or 304) return response;
        if (response["Transfer-Encoding"] == "chunked") return await ReadChunkedAsync(response);
        if (response["Content-Length"] is not { } length) return response with { Body = await ReadToEndAsync() };
        return response with { Body = await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture)) ?? "cut" };
    }

    /// <summary>What comes until the peer closes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await FillAsync()) { }
        return Take(_length);
    }

    /// <summary>Reads until there are so many bytes; null when the connection ends first.</summary>
    public async Task<string?> TakeAsync(int count)
    {
        while (_length < count)
            if (!await FillAsync()) return null;
        return Take(count);
    }

    /// <summary>Reads to the end of a text; null when the connection ends first.</summary>
    public async Task<string?> TakeThroughAsync(string text)
    {
        var end = Encoding.Latin1.GetBytes(text);
        int at;
        while ((at = _buffer.AsSpan(0, _length).IndexOf(end)) < 0)
            if (!await FillAsync()) return null;
        return Take(at + end.Length);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _limit.Dispose();
    }

    private async Task<RawResponse> ReadChunkedAsync(RawResponse response)
    {
        var body = new StringBuilder();
        while (true)
        {
            var line = await TakeThroughAsync("\r\n");
            if (line is null) return response with { Body = body + "cut" };
            var size = int.Parse(line.AsSpan().TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0) break;
            body.Append((await TakeAsync(size + 2))![..size]);
        }
        var trailers = new StringBuilder();
        while (await TakeThroughAsync("\r\n") is { Length: > 2 } line) trailers.Append(line);
        return response with { Body = body.ToString(), Trailers = trailers.ToString() };
    }

    // False at the end of the connection, however it ended.
    private async Task<bool> FillAsync()
    {
        if (_length == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        try
        {
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(_length), SocketFlags.None, _limit.Token);
            _length += count;
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Take(int count)
    {
        var text = Encoding.Latin1.GetString(_buffer, 0, count);
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
        return text;
    }
}
