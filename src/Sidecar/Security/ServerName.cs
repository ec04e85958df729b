using System.Net;

namespace Mesh.Sidecar.Security;

/// <summary>The name of a server, taken from a Host.</summary>
internal static class ServerName
{
    /// <summary><paramref name="host"/> without its port and final dot, brackets of IPv6 taken off; empty for what is neither a name nor an address.</summary>
    public static string Of(string host)
    {
        var name = Routing.RouteTable.WithoutPort(host).TrimEnd('.');
        if (name is ['[', .., ']']) name = name[1..^1];
        if (name.Length is 0 or > 255) return "";
        var text = name.ToString();
        return Uri.CheckHostName(text) == UriHostNameType.Unknown ? "" : text;
    }

    public static bool IsAddress(string name) => IPAddress.TryParse(name, out _);
}
