using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>A client that sees an HTTP/1.1 connection byte by byte.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes).AsTask().WaitAsync(Limit);

    /// <summary>What comes until <paramref name="isEnough"/>; the end and a reset end it too, and are said by <c>IsCut</c>.</summary>
    public async Task<(string Text, bool IsCut, bool IsOver)> ReadAsync(Func<string, bool> isEnough)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (!isEnough(text.ToString()))
            {
                var count = await _socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Limit);
                if (count == 0) return (text.ToString(), false, true);
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
            return (text.ToString(), false, false);
        }
        catch (SocketException)
        {
            return (text.ToString(), true, true);
        }
    }

    /// <summary>All up to the end of the connection.</summary>
    public Task<(string Text, bool IsCut, bool IsOver)> ReadAllAsync() => ReadAsync(static _ => false);

    public void Dispose() => _socket.Dispose();
}
