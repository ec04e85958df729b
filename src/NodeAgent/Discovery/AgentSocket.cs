using System.Net;
using System.Net.Sockets;

namespace Mesh.NodeAgent.Discovery;

/// <summary>Binds the socket that proxies call. Whoever may open it is trusted as far as its tokens go, so only the owner may.</summary>
internal static class AgentSocket
{
    public static Socket Bind(EndPoint endPoint)
    {
        if (endPoint is not UnixDomainSocketEndPoint) return BindTcp(endPoint);
        var path = endPoint.ToString()!;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        RemoveStale(path, endPoint);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(endPoint);
        // Before Kestrel listens, so that nobody can connect while the mode is still the umask's.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return socket;
    }

    private static Socket BindTcp(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
        return socket;
    }

    // A killed agent leaves its file behind. One that somebody answers on is another agent's, and stays.
    private static void RemoveStale(string path, EndPoint endPoint)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new IOException($"another agent serves '{path}'");
    }
}
