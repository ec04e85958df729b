using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>
/// A TCP client of the applications' third port: it says something, in clear text or as the greeting of a TLS client, and wants the name of who answers
/// and its own bytes back. What nobody opens comes back unchanged, TLS too.
/// </summary>
internal static class RawTcp
{
    public static async Task<Answer> SendAsync(IPEndPoint to, byte[] text, CancellationToken cancellation)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        var received = new MemoryStream();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancellation);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(text, cancellation);
            socket.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(received, cancellation);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            headers["x-client-error"] = e.Message;
        }

        var all = received.ToArray();
        var line = Array.IndexOf(all, (byte)'\n');
        if (line < 0) return new Answer(0, headers, Encoding.Latin1.GetString(all), false);
        headers["x-app"] = Encoding.ASCII.GetString(all, 0, line);
        return new Answer(0, headers, Encoding.Latin1.GetString(all, line + 1, all.Length - line - 1), all.AsSpan(line + 1).SequenceEqual(text));
    }

    /// <summary>What a TLS client says first when it asks for this name; empty: for none.</summary>
    public static async Task<byte[]> GreetingAsync(string serverName)
    {
        var wire = new MemoryStream();
        await using var tls = new SslStream(new OneWay(wire));
        var failure = await Record.ExceptionAsync(() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = serverName }));
        Assert.IsType<IOException>(failure, exactMatch: false);
        return wire.ToArray();
    }

    /// <summary>Keeps what is written; there is never anything to read.</summary>
    private sealed class OneWay(MemoryStream written) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
            // Nothing is held back.
        }

        public override int Read(byte[] buffer, int offset, int count) => 0;
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(0);
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => written.WriteAsync(buffer, cancellationToken);
    }
}
