using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>An HTTP/1.1 client that writes what it is told, byte by byte, and reads one answer; a connection for each request.</summary>
internal static class RawHttp
{
    public static async Task<Answer> SendAsync(IPEndPoint to, string method, string target, IEnumerable<(string Name, string Value)> headers, byte[]? body, TlsClient? tls, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(to, cancellation);
        await using var plain = new NetworkStream(socket);
        if (tls is null) return await SendAsync(plain, method, target, headers, body, cancellation);
        await using var secure = await tls.ConnectAsync(plain, "http/1.1", cancellation);
        if (secure is null) return tls.Refused;
        return tls.Describe(secure, await SendAsync(secure, method, target, headers, body, cancellation));
    }

    private static async Task<Answer> SendAsync(Stream stream, string method, string target, IEnumerable<(string Name, string Value)> headers, byte[]? body, CancellationToken cancellation)
    {
        var head = new StringBuilder().Append(method).Append(' ').Append(target).Append(" HTTP/1.1\r\n");
        foreach (var (name, value) in headers) head.Append(name).Append(": ").Append(value).Append("\r\n");
        if (body is not null) head.Append("content-length: ").Append(body.Length).Append("\r\n");
        var answer = ReadAsync(stream, method, cancellation);
        await WriteAsync(stream, Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), body, cancellation);
        return await answer;
    }

    private static async Task WriteAsync(Stream stream, byte[] head, byte[]? body, CancellationToken cancellation)
    {
        try
        {
            await stream.WriteAsync(head, cancellation);
            if (body is not null) await stream.WriteAsync(body, cancellation);
        }
        catch (IOException)
        {
            // Whoever does not want the rest closes; what it answered is there to read.
        }
    }

    private static async Task<Answer> ReadAsync(Stream stream, string method, CancellationToken cancellation)
    {
        var bytes = new MemoryStream();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        var status = 0;
        try
        {
            do status = await ReadHeadAsync(stream, headers, cancellation);
            while (status is >= 100 and < 101);
            if (status == 0) return new Answer(0, headers, "", false);
            var isWhole = await ReadBodyAsync(stream, method, status, headers, bytes, cancellation);
            return new Answer(status, headers, Encoding.UTF8.GetString(bytes.ToArray()), isWhole);
        }
        catch (IOException)
        {
            return new Answer(status, headers, Encoding.UTF8.GetString(bytes.ToArray()), false);
        }
    }

    private static async Task<int> ReadHeadAsync(Stream stream, Dictionary<string, string> headers, CancellationToken cancellation)
    {
        if (await LineAsync(stream, cancellation) is not { Length: > 0 } first) return 0;
        while (await LineAsync(stream, cancellation) is { Length: > 0 } line) Add(headers, line);
        return int.Parse(first.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static void Add(Dictionary<string, string> headers, string line)
    {
        var colon = line.IndexOf(':');
        var name = line[..colon].ToLowerInvariant();
        var value = line[(colon + 1)..].Trim();
        headers[name] = headers.TryGetValue(name, out var before) ? $"{before}\n{value}" : value;
    }

    private static async Task<bool> ReadBodyAsync(
        Stream stream, string method, int status, Dictionary<string, string> headers, MemoryStream into, CancellationToken cancellation)
    {
        if (method == "HEAD" || status is 101 or 204 or 304) return true;
        if (headers.GetValueOrDefault("transfer-encoding") == "chunked")
        {
            while (true)
            {
                if (await LineAsync(stream, cancellation) is not { Length: > 0 } size) return false;
                var length = int.Parse(size.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                if (length > 0 && !await CopyAsync(stream, into, length, cancellation)) return false;
                var line = await LineAsync(stream, cancellation);
                if (length > 0) continue;
                for (; line is { Length: > 0 }; line = await LineAsync(stream, cancellation)) Add(headers, line);
                return line is not null;
            }
        }

        if (headers.TryGetValue("content-length", out var text)) return await CopyAsync(stream, into, int.Parse(text, CultureInfo.InvariantCulture), cancellation);
        await stream.CopyToAsync(into, cancellation);
        return true;
    }

    private static async Task<bool> CopyAsync(Stream stream, MemoryStream into, int length, CancellationToken cancellation)
    {
        var buffer = new byte[Math.Clamp(length, 1, 65536)];
        while (length > 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, Math.Min(length, buffer.Length)), cancellation);
            if (read == 0) return false;
            into.Write(buffer, 0, read);
            length -= read;
        }

        return true;
    }

    // A byte at a time: answers here are small, and what follows the head stays in the socket.
    private static async Task<string?> LineAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellation) == 1)
        {
            if (one[0] == '\n') return line.ToString();
            if (one[0] != '\r') line.Append((char)one[0]);
        }

        return line.Length > 0 ? line.ToString() : null;
    }
}
