using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Bench.Peers;

/// <summary>Finding the programs of other projects, and ports for them.</summary>
internal static class Programs
{
    /// <summary>/usr/sbin is where Debian puts servers, and often not on an ordinary user's path.</summary>
    public static string Find(string name, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/usr/local/sbin");
        return folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists)
            ?? throw new PeerUnavailableException($"{name} is not installed: apt-get install {package}");
    }

    /// <summary>The first line it prints about itself, on whichever stream.</summary>
    public static string Version(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return text.Split('\n')[0].Trim();
    }

    /// <summary>A port nobody listens on now. Another program may take it before ours does; then ours fails to start and says so.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
