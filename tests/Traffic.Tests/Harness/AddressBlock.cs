using System.Net;
using System.Net.Sockets;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>256 loopback addresses that no other run on this machine has, as long as it lives: every proxy has all its ports.</summary>
internal sealed class AddressBlock : IDisposable
{
    private const int LockPort = 15999;

    private readonly TcpListener _lock;
    private readonly byte _second, _third;
    private byte _next = 1;

    private AddressBlock(TcpListener held, byte second, byte third) => (_lock, _second, _third) = (held, second, third);

    public static AddressBlock Take()
    {
        while (true)
        {
            // Above the ranges that `meshctl up` gives out.
            var (second, third) = ((byte)Random.Shared.Next(192, 250), (byte)Random.Shared.Next(256));
            var held = new TcpListener(new IPAddress([127, second, third, 254]), LockPort);
            try
            {
                held.Start();
                return new AddressBlock(held, second, third);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                held.Dispose();
            }
        }
    }

    public IPAddress Next() => new([127, _second, _third, _next++]);

    public void Dispose() => _lock.Dispose();
}
