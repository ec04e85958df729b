using System.Text;

namespace Mesh.Bench.Load;

/// <summary>The request every peer gets: a GET with the few headers an ordinary client sends.</summary>
internal static class Requests
{
    public static byte[] Get(string host, string path = "/") =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: mesh-bench\r\nAccept: */*\r\n\r\n");
}
