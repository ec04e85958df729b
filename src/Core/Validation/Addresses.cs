using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mesh.Core.Validation;

/// <summary>The forms of addresses in Istio's objects: IP addresses, ranges of them, and sockets of the machine.</summary>
internal static class Addresses
{
    public const string UnixPrefix = "unix://";

    public static bool IsUnix(string address) => address.StartsWith(UnixPrefix, StringComparison.Ordinal);

    public static void CheckIpAddress(string address, RuleContext at)
    {
        if (!Hosts.IsIpAddress(address)) at.Error($"{Names.Quote(address)} is not an IP address");
    }

    /// <summary>An IP address, or a range: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>. Bits after the prefix may be set, as Istio allows.</summary>
    public static void CheckSubnet(string subnet, RuleContext at)
    {
        var slash = subnet.IndexOf('/');
        if (slash < 0)
        {
            if (!Hosts.IsIpAddress(subnet)) at.Error($"{Names.Quote(subnet)} is not an IP address or CIDR range");
            return;
        }

        if (!Hosts.IsIpAddress(subnet[..slash]) || !IPAddress.TryParse(subnet[..slash], out var address)
            || !int.TryParse(subnet[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            at.Error($"{Names.Quote(subnet)} is not a CIDR range", "Write an IP address, a slash and the number of bits, for example 10.0.0.0/8.");
        else if (bits > (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
            at.Error($"{Names.Quote(subnet)} is not a CIDR range: an address does not have {bits} bits");
    }

    /// <summary><c>unix:///path/of/file</c> or, for Linux's abstract names, <c>unix://@name</c>.</summary>
    public static void CheckUnix(string address, RuleContext at)
    {
        var path = address[UnixPrefix.Length..];
        if (path.StartsWith('@') && path.Length > 1) return;
        if (!path.StartsWith('/') || path.EndsWith('/')) at.Error($"{Names.Quote(address)} does not name a socket", "Write unix:// and the absolute path of a file, or unix://@ and a name.");
    }

    /// <summary>An address, or an address with the length of its network: <c>10.0.0.0/8</c>. Bits behind the length are allowed, as in Go.</summary>
    public static bool IsAddressOrNetwork(string text)
    {
        var slash = text.IndexOf('/');
        return slash < 0 ? Hosts.IsIpAddress(text) : IsNetwork(text);
    }

    public static bool IsNetwork(string text)
    {
        var slash = text.IndexOf('/');
        if (slash < 0 || !Hosts.IsIpAddress(text[..slash]) || !IPAddress.TryParse(text[..slash], out var address)) return false;
        var longest = address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;
        return int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= longest;
    }

    /// <summary>A host or address with a port: <c>zipkin:9411</c>, <c>[::1]:80</c>.</summary>
    public static bool IsHostAndPort(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0) return false;
        var host = text[..colon];
        return host.StartsWith('[') ? host.EndsWith(']') && Hosts.IsIpAddress(host[1..^1]) : Hosts.IsHost(host) && !host.Contains(':', StringComparison.Ordinal);
    }

    public static bool IsIPv4(string text) => Hosts.IsIpAddress(text) && !text.Contains(':', StringComparison.Ordinal);

    public static bool IsIPv6(string text) => Hosts.IsIpAddress(text) && text.Contains(':', StringComparison.Ordinal);
}
