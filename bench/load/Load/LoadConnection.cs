using System.Net;
using System.Net.Sockets;
using Mesh.Bench.Net;

namespace Mesh.Bench.Load;

/// <summary>One keep-alive connection with at most one request in flight.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _received;

    private LoadConnection(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public bool InFlight { get; private set; }

    /// <summary>When the request in flight was due, by <see cref="System.Diagnostics.Stopwatch"/>; its latency counts from here.</summary>
    public long Due { get; private set; }

    public static LoadConnection Open(IPEndPoint target)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(target);
            socket.Blocking = false;
            return new LoadConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="IOException">The request, a few hundred bytes, was not taken whole.</exception>
    public void Send(ReadOnlySpan<byte> request, long due)
    {
        Due = due;
        InFlight = true;
        _received = 0;
        var sent = Socket.Send(request, SocketFlags.None, out var error);
        if (error != SocketError.Success || sent != request.Length)
            throw new IOException($"sending failed: {error}");
    }

    /// <summary>Reads what there is; true when the response is whole, false when more must come.</summary>
    /// <exception cref="IOException">The connection was closed or broke.</exception>
    public bool TryReceive(out int status, out ReadOnlySpan<byte> body)
    {
        status = 0;
        body = default;
        var read = Socket.Receive(_buffer.AsSpan(_received), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success || read == 0)
            throw new IOException(error == SocketError.Success ? "the peer closed the connection" : $"receiving failed: {error}");
        if (!InFlight)
            throw new IOException("the peer sent bytes nobody asked for");

        _received += read;
        if (!HttpResponse.TryParse(_buffer.AsSpan(0, _received), out status, out var range))
            return false;

        body = _buffer.AsSpan(range);
        InFlight = false;
        return true;
    }

    public void Dispose() => Socket.Dispose();
}
