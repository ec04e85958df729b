using System.Net;
using System.Net.Sockets;

namespace Mesh.Sidecar.Names;

/// <summary>Which addresses of a name are used.</summary>
internal enum AddressFamilies
{
    /// <summary>IPv4 where there is any, else IPv6.</summary>
    PreferIPv4,
    OnlyIPv4,
    OnlyIPv6,
    All,
}

/// <summary>Asks the system's resolver, with a limit of time. Answers are in a fixed order, so that equal answers look equal.</summary>
internal static class HostLookup
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Throws <see cref="SocketException"/> for a name that does not resolve, <see cref="OperationCanceledException"/> when it takes too long.</summary>
    public static async Task<IPAddress[]> ResolveAsync(string name, AddressFamilies families, TimeProvider time, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(name.AsSpan().Trim("[]"), out var literal)) return [literal];
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var all = await Dns.GetHostAddressesAsync(name, either.Token);
        var old = Of(all, AddressFamily.InterNetwork);
        var chosen = families switch
        {
            AddressFamilies.OnlyIPv4 => old,
            AddressFamilies.OnlyIPv6 => Of(all, AddressFamily.InterNetworkV6),
            AddressFamilies.All => all,
            _ => old.Length > 0 ? old : all,
        };
        return chosen.Length > 0 ? chosen : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static IPAddress[] Of(IPAddress[] all, AddressFamily family) => Array.FindAll(all, a => a.AddressFamily == family);
}
