using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Bench.Net;

namespace Mesh.Bench.Apps;

/// <summary>
/// The application behind every peer: answers each request with the same bytes, from one thread of this process, so that all peers
/// forward to the same thing and none of its cost is counted as theirs. Requests have no body.
/// </summary>
internal sealed class AnswerServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly PollSet<Client?> _sockets = new();
    private readonly byte[] _answer;
    private readonly Thread _thread;
    private volatile bool _stopping;

    public AnswerServer(string body)
    {
        _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _listener.Blocking = false;
        _sockets.Add(_listener, null);
        _thread = new Thread(Run) { IsBackground = true, Name = "application" };
        _thread.Start();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    private void Run()
    {
        while (!_stopping)
        {
            _sockets.Wait(TimeSpan.FromMilliseconds(100));
            for (var i = _sockets.Count - 1; i > 0; i--)
            {
                if (_sockets.IsReady(i) && !_sockets[i]!.TryServe(_answer))
                {
                    _sockets[i]!.Dispose();
                    _sockets.RemoveAt(i);
                }
            }

            if (_sockets.IsReady(0))
                Accept();
        }
    }

    private void Accept()
    {
        try
        {
            var socket = _listener.Accept();
            socket.NoDelay = true;
            socket.Blocking = false;
            _sockets.Add(socket, new Client(socket));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted)
        {
            // It went away between poll and accept, as a health probe does.
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        for (var i = 1; i < _sockets.Count; i++)
            _sockets[i]!.Dispose();
        _listener.Dispose();
    }

    private sealed class Client(Socket socket) : IDisposable
    {
        private readonly byte[] _buffer = new byte[16 * 1024];
        private int _received;

        /// <summary>False when the connection is done with.</summary>
        public bool TryServe(byte[] answer)
        {
            var read = socket.Receive(_buffer.AsSpan(_received), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return true;
            if (error != SocketError.Success || read == 0)
                return false;

            _received += read;
            var rest = _buffer.AsSpan(0, _received);
            while (rest.IndexOf("\r\n\r\n"u8) is var end and >= 0)
            {
                rest = rest[(end + 4)..];
                if (socket.Send(answer, SocketFlags.None, out error) != answer.Length || error != SocketError.Success)
                    return false;
            }

            rest.CopyTo(_buffer);
            _received = rest.Length;
            return true;
        }

        public void Dispose() => socket.Dispose();
    }
}
