using System.Net;
using System.Net.Sockets;

namespace Mesh.Cli.Local.State;

/// <summary>
/// Finds free ports on 127.0.0.1 for applications. They lie below the kernel's ephemeral range, so that no outgoing connection
/// can take one between the choice and the application's bind. Not thread-safe.
/// </summary>
internal sealed class FreePorts
{
    private const int First = 20000;
    private const int Last = 31999;
    private readonly HashSet<int> _given = [];
    private int _next = Random.Shared.Next(First, Last);

    public int Take()
    {
        for (var i = First; i <= Last; i++)
        {
            _next = _next == Last ? First : _next + 1;
            if (_given.Contains(_next) || !IsFree(_next)) continue;
            _given.Add(_next);
            return _next;
        }
        throw new CliException($"no free port between {First} and {Last} on 127.0.0.1");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
