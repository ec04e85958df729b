using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>A request as an application got it from its proxy, byte for byte.</summary>
internal sealed record WireRequest(string Head, string Body, string Trailers)
{
    public string Line => Head[..Head.IndexOf('\r')];

    public string? this[string name] => new RawResponse(0, Head, "", "")[name];
}

/// <summary>
/// An HTTP/1.1 application without judgement of its own: it takes apart whatever its proxy sends, by Content-Length or chunks, remembers it,
/// and answers what the test says. Connections are served on tasks of their own.
/// </summary>
internal sealed class WireApp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<WireRequest, string> _answer;
    private readonly Task _accepting;

    public WireApp(Func<WireRequest, string>? answer = null)
    {
        _answer = answer ?? (_ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<WireRequest> Seen { get; } = new();

    /// <summary>Answers before the body where a client waits to be told to go on; null sends it on.</summary>
    public Func<WireRequest, string?> Expecting { get; init; } = _ => null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        var input = new LineStream(client.GetStream(), _stop.Token);
        try
        {
            while (await input.ReadThroughAsync("\r\n\r\n") is { } head)
            {
                var request = new WireRequest(head, "", "");
                if (request["Expect"] is not null && Expecting(request) is { } refusal)
                {
                    Seen.Enqueue(request);
                    await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(refusal), _stop.Token);
                    return;
                }
                request = await ReadBodyAsync(input, request, client.GetStream());
                Seen.Enqueue(request);
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(_answer(request)), _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The proxy is done with the connection, or the test is.
        }
    }

    private async Task<WireRequest> ReadBodyAsync(LineStream input, WireRequest request, NetworkStream output)
    {
        if (request["Expect"] is not null) await output.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
        if (request["Content-Length"] is { } length) return request with { Body = await input.ReadExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture)) };
        if (request["Transfer-Encoding"] is null) return request;
        var (body, trailers) = (new StringBuilder(), new StringBuilder());
        while (true)
        {
            var line = await input.ReadThroughAsync("\r\n") ?? throw new EndOfStreamException();
            var size = int.Parse(line.AsSpan().TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0) break;
            body.Append((await input.ReadExactlyAsync(size + 2))[..size]);
        }
        while (await input.ReadThroughAsync("\r\n") is { Length: > 2 } trailer) trailers.Append(trailer);
        return request with { Body = body.ToString(), Trailers = trailers.ToString() };
    }

    private sealed class LineStream(NetworkStream stream, CancellationToken stop)
    {
        private readonly StringBuilder _text = new();
        private readonly byte[] _buffer = new byte[16 * 1024];

        public async Task<string?> ReadThroughAsync(string end)
        {
            int at;
            while ((at = _text.ToString().IndexOf(end, StringComparison.Ordinal)) < 0)
                if (!await FillAsync()) return null;
            return Take(at + end.Length);
        }

        public async Task<string> ReadExactlyAsync(int count)
        {
            while (_text.Length < count)
                if (!await FillAsync()) throw new EndOfStreamException();
            return Take(count);
        }

        private async Task<bool> FillAsync()
        {
            var count = await stream.ReadAsync(_buffer, stop);
            _text.Append(Encoding.Latin1.GetString(_buffer, 0, count));
            return count > 0;
        }

        private string Take(int count)
        {
            var text = _text.ToString(0, count);
            _text.Remove(0, count);
            return text;
        }
    }
}
