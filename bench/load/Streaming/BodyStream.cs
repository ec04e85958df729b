using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Bench.Streaming;

/// <summary>
/// HTTP/1.1 messages with <c>Content-Length</c> over a blocking socket, their bodies made up or dropped: what the ends of a stream cost should be
/// as little as can be. One thread.
/// </summary>
internal sealed class BodyStream(Socket socket)
{
    private static readonly byte[] Filler = MakeFiller();
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next message's first line and length; null when the peer is done.</summary>
    /// <exception cref="IOException">What came is no message of HTTP/1.1, or ended in the middle of one.</exception>
    public MessageHead? ReadHead()
    {
        while (true)
        {
            var received = _buffer.AsSpan(_start, _end - _start);
            if (received.IndexOf("\r\n\r\n"u8) is var length and >= 0)
            {
                _start += length + 4;
                return MessageHead.Parse(Encoding.ASCII.GetString(received[..length]));
            }

            if (_start > 0)
            {
                received.CopyTo(_buffer);
                (_start, _end) = (0, received.Length);
            }

            var read = socket.Receive(_buffer.AsSpan(_end));
            if (read == 0 && _end == 0)
                return null;
            if (read == 0 || _end == _buffer.Length)
                throw new IOException("the message ended, or grew too long, before its head was whole");
            _end += read;
        }
    }

    /// <summary>Reads so many bytes and forgets them.</summary>
    public void Skip(long bytes)
    {
        var buffered = (int)Math.Min(bytes, _end - _start);
        _start += buffered;
        for (bytes -= buffered; bytes > 0;)
        {
            var read = socket.Receive(_buffer.AsSpan(0, (int)Math.Min(bytes, _buffer.Length)));
            if (read == 0)
                throw new IOException($"the body ended {bytes} bytes early");
            bytes -= read;
        }
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[socket.Send(bytes)..];
    }

    public void SendBody(long bytes)
    {
        for (; bytes > 0; bytes -= Math.Min(bytes, Filler.Length))
            Send(Filler.AsSpan(0, (int)Math.Min(bytes, Filler.Length)));
    }

    private static byte[] MakeFiller()
    {
        var bytes = new byte[256 * 1024];
        Array.Fill(bytes, (byte)'x');
        return bytes;
    }
}

/// <summary>Of a request its path, of a response its status; and the length of the body.</summary>
internal sealed record MessageHead(string Path, int Status, long ContentLength)
{
    public static MessageHead Parse(string head)
    {
        var lines = head.Split("\r\n");
        var first = lines[0].Split(' ');
        if (first.Length < 2)
            throw new IOException($"'{lines[0]}' does not begin an HTTP message");
        var isResponse = first[0].StartsWith("HTTP/", StringComparison.Ordinal);
        var length = lines.FirstOrDefault(l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase)) is { } line
            && Utf8Parser.TryParse(Encoding.ASCII.GetBytes(line[15..].Trim()), out long value, out _) ? value : 0;
        return new MessageHead(isResponse ? "" : first[1], isResponse && int.TryParse(first[1], out var status) ? status : 0, length);
    }
}
