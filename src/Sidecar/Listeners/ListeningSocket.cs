using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// A socket that listens: a descriptor and nothing more until the first caller comes, because .NET's own takes twenty times as much and a proxy may have
/// thousands to which nobody ever connects. <see cref="Accept"/> is for one thread at a time, and not to be called once disposed.
/// </summary>
internal sealed class ListeningSocket : SafeHandle
{
    private Socket? _socket;

    private ListeningSocket(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => handle == -1;

    /// <summary>Binds and listens; throws <see cref="SocketException"/> when the address cannot be had.</summary>
    public static ListeningSocket Bind(IPEndPoint address, out IPEndPoint bound)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        // .NET sets SO_REUSEADDR on Linux by itself for listening sockets; said here because a restart depends on it.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Blocking = false;
        socket.Bind(address);
        // Accepted only once warm; until then the kernel holds a few callers for us.
        socket.Listen(1024);
        bound = address.Port == 0 ? (IPEndPoint)socket.LocalEndPoint! : address;
        // What it was set to stays with the socket, of which this is another name.
        return new ListeningSocket(Libc.Duplicate(socket.SafeHandle));
    }

    /// <summary>The next caller; throws <see cref="SocketException"/>, also when there is none.</summary>
    public Socket Accept() => (_socket ??= new Socket(new SafeSocketHandle(Libc.Duplicate(this), ownsHandle: true)) { Blocking = false }).Accept();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _socket?.Dispose();
        base.Dispose(disposing);
    }

    protected override bool ReleaseHandle() => Libc.Close((int)handle);
}
