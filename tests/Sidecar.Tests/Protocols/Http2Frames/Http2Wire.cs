using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Sidecar.Tests.Protocols.Http2Frames;

/// <summary>RFC 9113, 6.</summary>
internal enum FrameType : byte
{
    Data,
    Headers,
    Priority,
    RstStream,
    Settings,
    PushPromise,
    Ping,
    GoAway,
    WindowUpdate,
    Continuation,
}

internal sealed record Frame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;

    public bool Ends => Type is FrameType.Data or FrameType.Headers && (Flags & EndStream) != 0;

    /// <summary>The error code of RST_STREAM or GOAWAY.</summary>
    public Http2Error Code => (Http2Error)BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));
}

/// <summary>RFC 9113, 7.</summary>
internal enum Http2Error : uint
{
    NoError,
    ProtocolError,
    InternalError,
    FlowControlError,
    SettingsTimeout,
    StreamClosed,
    FrameSizeError,
    RefusedStream,
    Cancel,
    CompressionError,
    ConnectError,
    EnhanceYourCalm,
}

/// <summary>An HTTP/2 client that sends whatever frames it is told. Header tables are switched off, so that blocks read without state. Waits are bounded.</summary>
internal sealed class Http2Wire : IDisposable
{
    public const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    public static readonly (string, string)[] Get = [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "server")];
    public static readonly (string, string)[] Post = [(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "server")];

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    /// <summary>Everything received, in order.</summary>
    public List<Frame> Received { get; } = [];

    public static async Task<Http2Wire> ConnectAsync(int port)
    {
        var wire = new Http2Wire();
        await wire._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), wire._limit.Token);
        return wire;
    }

    /// <summary>A connection after the exchange of settings.</summary>
    public static async Task<Http2Wire> OpenAsync(int port, params (ushort Id, uint Value)[] settings)
    {
        var wire = await ConnectAsync(port);
        await wire.RawAsync(Encoding.ASCII.GetBytes(Preface));
        await wire.SendAsync(FrameType.Settings, 0, 0, Settings([(1, 0), .. settings]));
        await wire.ReadUntilAsync(f => f.Type == FrameType.Settings && f.Flags == Frame.Ack);
        await wire.SendAsync(FrameType.Settings, Frame.Ack, 0, []);
        return wire;
    }

    public async Task RawAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, _limit.Token)..];
        }
        catch (SocketException)
        {
            // The peer has closed: what it said before is for the test to read.
        }
    }

    public Task SendAsync(FrameType type, int flags, int stream, byte[] payload) => RawAsync(Encode(type, flags, stream, payload));

    /// <summary>Goes with all headers as <c>x-case</c>, so that the application's requests can be told apart.</summary>
    public string? Case { get; set; }

    public Task HeadersAsync(int stream, bool end, params (string Name, string Value)[] headers) =>
        SendAsync(FrameType.Headers, Frame.EndHeaders | (end ? Frame.EndStream : 0), stream, Block(Case is { } name ? [.. headers, ("x-case", name)] : headers));

    public Task DataAsync(int stream, bool end, string text) => SendAsync(FrameType.Data, end ? Frame.EndStream : 0, stream, Encoding.Latin1.GetBytes(text));

    /// <summary>The next frame; null at the connection's end.</summary>
    public async Task<Frame?> ReadAsync()
    {
        var head = await ReadExactlyAsync(9);
        if (head is null) return null;
        var payload = await ReadExactlyAsync((head[0] << 16) | (head[1] << 8) | head[2]);
        if (payload is null) return null;
        var frame = new Frame((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
        Received.Add(frame);
        return frame;
    }

    /// <summary>Reads up to the frame that is waited for; null when the connection ends first.</summary>
    public async Task<Frame?> ReadUntilAsync(Func<Frame, bool> wanted)
    {
        while (await ReadAsync() is { } frame)
            if (wanted(frame)) return frame;
        return null;
    }

    /// <summary>The status of a stream's response.</summary>
    public async Task<int> StatusAsync(int stream)
    {
        var headers = await ReadUntilAsync(f => f.Stream == stream && f.Type is FrameType.Headers or FrameType.RstStream || f.Type == FrameType.GoAway && f.Code != 0);
        return headers is { Type: FrameType.Headers } ? StatusOf(headers.Payload) : -1;
    }

    /// <summary>A stream's response to its end: status, body, and the bytes of the last header block.</summary>
    public async Task<(int Status, string Body, string Last)> ResponseAsync(int stream)
    {
        var status = await StatusAsync(stream);
        if (!Received[^1].Ends) await ReadUntilAsync(f => f.Stream == stream && (f.Ends || f.Type == FrameType.RstStream));
        var mine = Received.Where(f => f.Stream == stream).ToArray();
        var body = string.Concat(mine.Where(f => f.Type == FrameType.Data).Select(f => Encoding.Latin1.GetString(f.Payload)));
        return (status, body, Encoding.Latin1.GetString(mine.LastOrDefault(f => f.Type == FrameType.Headers)?.Payload ?? []));
    }

    public void Dispose()
    {
        _socket.Dispose();
        _limit.Dispose();
    }

    public static byte[] Encode(FrameType type, int flags, int stream, byte[] payload)
    {
        var bytes = new byte[9 + payload.Length];
        (bytes[0], bytes[1], bytes[2]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length);
        (bytes[3], bytes[4]) = ((byte)type, (byte)flags);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), stream);
        payload.CopyTo(bytes, 9);
        return bytes;
    }

    /// <summary>A header block of literals that are not indexed (RFC 7541, 6.2.2).</summary>
    public static byte[] Block(params (string Name, string Value)[] headers)
    {
        var block = new List<byte>();
        foreach (var (name, value) in headers)
        {
            block.Add(0);
            Append(block, name);
            Append(block, value);
        }
        return [.. block];
    }

    public static byte[] Settings(params (ushort Id, uint Value)[] settings)
    {
        var bytes = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(i * 6), settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * 6 + 2), settings[i].Value);
        }
        return bytes;
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void Append(List<byte> block, string text)
    {
        var rest = text.Length;
        if (rest < 127)
        {
            block.Add((byte)rest);
        }
        else
        {
            block.Add(127);
            for (rest -= 127; rest >= 128; rest /= 128) block.Add((byte)(rest % 128 | 128));
            block.Add((byte)rest);
        }
        block.AddRange(Encoding.Latin1.GetBytes(text));
    }

    // :status is the first field: from the static table, whole or its name; before it perhaps the table's new size.
    public static int StatusOf(ReadOnlySpan<byte> block)
    {
        while ((block[0] & 0xE0) == 0x20) block = block[1..];
        return (block[0] & 0x80) != 0
            ? (block[0] & 0x7F) switch { 8 => 200, 9 => 204, 10 => 206, 11 => 304, 12 => 400, 13 => 404, 14 => 500, _ => 0 }
            : int.Parse(Encoding.ASCII.GetString(block.Slice(2, 3)), null);
    }

    private async Task<byte[]?> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        try
        {
            for (var have = 0; have < count;)
            {
                var got = await _socket.ReceiveAsync(bytes.AsMemory(have), SocketFlags.None, _limit.Token);
                if (got == 0) return null;
                have += got;
            }
        }
        catch (SocketException)
        {
            return null;
        }
        return bytes;
    }
}
