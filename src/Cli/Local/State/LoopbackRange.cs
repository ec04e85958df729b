using System.Net;
using System.Net.Sockets;

namespace Mesh.Cli.Local.State;

/// <summary>
/// One mesh's <c>127.P.0.0/16</c>. The lease is a bound socket on the range's last address: the kernel hands it out once, across
/// users, and takes it back when the process ends, so no lock file can go stale.
/// </summary>
internal sealed class LoopbackRange : IDisposable
{
    public const int First = 64;
    public const int Last = 126;
    public const int Preferred = 77;

    private const int LeasePort = 15999;
    private readonly Socket _lease;

    private LoopbackRange(int number, Socket lease)
    {
        Number = number;
        _lease = lease;
    }

    /// <summary>P.</summary>
    public int Number { get; }

    /// <summary>Takes <paramref name="wanted"/> if it is free, else the next free one.</summary>
    public static LoopbackRange Acquire(int? wanted)
    {
        var start = wanted ?? Preferred;
        for (var i = 0; i <= Last - First; i++)
        {
            var number = First + ((start - First + i) % (Last - First + 1));
            if (TryLease(number) is { } lease) return new LoopbackRange(number, lease);
        }
        throw new CliException($"no free loopback range: 127.{First}.0.0/16 to 127.{Last}.0.0/16 are all taken by other meshes, or port {LeasePort} is bound on every address.");
    }

    public void Dispose() => _lease.Dispose();

    private static Socket? TryLease(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, (byte)number, 255, 254]), LeasePort));
            socket.Listen(1); // without listening two sockets with SO_REUSEADDR could share the address
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
