using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Bench.Streaming;

/// <summary>
/// The application of the streaming bench: <c>GET /NUMBER</c> is answered by so many bytes, and a request's body is read to its end before the
/// answer. One blocking thread a connection: there is one connection that matters, and probes.
/// </summary>
internal sealed class StreamServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _connections = [];
    private readonly Thread _thread;
    private bool _stopping;

    public StreamServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(64);
        _thread = new Thread(Accept) { IsBackground = true, Name = "application" };
        _thread.Start();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public void Dispose()
    {
        lock (_connections)
        {
            _stopping = true;
            foreach (var connection in _connections)
                connection.Dispose();
        }

        // Wakes the accept; closing a listener under a blocking accept would not everywhere.
        using (var last = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            last.Connect(EndPoint);
        _thread.Join();
        _listener.Dispose();
    }

    private void Accept()
    {
        while (true)
        {
            var socket = _listener.Accept();
            lock (_connections)
            {
                if (_stopping)
                {
                    socket.Dispose();
                    return;
                }

                _connections.Add(socket);
            }

            new Thread(() => Serve(socket)) { IsBackground = true, Name = "application connection" }.Start();
        }
    }

    private void Serve(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            var stream = new BodyStream(socket);
            while (stream.ReadHead() is { } head)
            {
                stream.Skip(head.ContentLength);
                var length = long.TryParse(head.Path.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 2;
                stream.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {length}\r\n\r\n"));
                stream.SendBody(length);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The peer went away, as probes do, or the bench ends; a transfer that breaks is the client's to report.
        }

        lock (_connections)
        {
            _connections.Remove(socket);
            socket.Dispose();
        }
    }
}
