using System.Net;

namespace Mesh.Sidecar.Listeners;

/// <summary>
/// Envoy's choice among filter chains: by the address the connection is for (the longest prefix), then the server name (exact, the longest
/// wildcard, none), then the transport protocol. Each step narrows what the one before left and none is taken back.
/// </summary>
internal static class FilterChains
{
    /// <param name="chains">In order.</param>
    /// <param name="destination">The address that the connection was accepted on.</param>
    /// <param name="serverName">As a TLS client sent it, in lower case; empty: none, or not looked at.</param>
    /// <param name="isTls">Whether the first bytes are TLS.</param>
    public static FilterChainModel? Find(IReadOnlyList<FilterChainModel> chains, EndPoint? destination, string serverName, bool isTls)
    {
        var address = (destination as IPEndPoint)?.Address;
        var prefix = -1;
        var name = 0;
        foreach (var chain in chains) prefix = Math.Max(prefix, Prefix(chain.Match, address));
        foreach (var chain in chains)
            if (Prefix(chain.Match, address) == prefix) name = Math.Max(name, Name(chain.Match, serverName));
        FilterChainModel? general = null;
        var wanted = isTls ? ChainTransport.Tls : ChainTransport.RawBuffer;
        foreach (var chain in chains)
        {
            if (Prefix(chain.Match, address) != prefix || Name(chain.Match, serverName) != name) continue;
            if (chain.Match.Transport == wanted) return chain;
            if (chain.Match.Transport == ChainTransport.Any) general ??= chain;
        }
        return general;
    }

    // -1 for a chain of any address, so that every range beats it; below that: not this one.
    private static int Prefix(ChainMatch match, IPAddress? address)
    {
        if (match.Ranges.IsEmpty) return -1;
        var longest = -2;
        foreach (var range in match.Ranges)
            if (address is not null && range.Contains(address)) longest = Math.Max(longest, range.PrefixLength);
        return longest;
    }

    // 0 for a chain of any name; else the longer, the more specific, and an exact name before all wildcards.
    private static int Name(ChainMatch match, string serverName)
    {
        if (match.ServerNames.IsEmpty) return 0;
        var best = -1;
        foreach (var name in match.ServerNames)
        {
            if (name == serverName) return int.MaxValue;
            if (name[0] == '*' && serverName.Length >= name.Length && serverName.EndsWith(name.AsSpan(1), StringComparison.Ordinal)) best = Math.Max(best, name.Length);
        }
        return best;
    }
}
