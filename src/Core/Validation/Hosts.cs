using System.Net;

namespace Mesh.Core.Validation;

/// <summary>The forms of host names in Istio's objects.</summary>
internal static class Hosts
{
    /// <summary>A DNS name, short or full, or an IP address.</summary>
    public static bool IsHost(string host) =>
        IsIpAddress(host) || Names.IsDns1123Subdomain(host.EndsWith('.') ? host[..^1] : host);

    /// <summary>A host or a wildcard: <c>*</c>, <c>*.example.com</c>.</summary>
    public static bool IsHostOrWildcard(string host) => host == "*" || IsHost(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host);

    // IPAddress.TryParse alone takes "1" and "0x7f.1".
    public static bool IsIpAddress(string host) =>
        IPAddress.TryParse(host, out _) && (host.Contains(':', StringComparison.Ordinal) || host.Split('.').Length == 4);

    public static void CheckHost(string host, RuleContext at)
    {
        if (host.Length == 0) at.Error("required");
        else if (host.Contains('*', StringComparison.Ordinal)) at.Error($"{Names.Quote(host)} is a wildcard, which cannot be sent to", "Name one service.");
        else if (!IsHost(host)) at.Error(Reason(host));
    }

    public static void CheckHostOrWildcard(string host, RuleContext at)
    {
        if (host.Length == 0) at.Error("must not be empty");
        else if (!IsHostOrWildcard(host)) at.Error(Reason(host), host.Contains('*', StringComparison.Ordinal) ? "A wildcard is \"*\" or starts with \"*.\"." : "");
    }

    /// <summary>An authority as rewrites and redirects set it: a host, optionally with a port.</summary>
    public static bool IsAuthority(string authority)
    {
        if (IsHost(authority)) return true;
        if (authority.StartsWith('[')) return authority.IndexOf(']') is var close and > 0 && IsIpAddress(authority[1..close]) && IsPortSuffix(authority[(close + 1)..]);
        var colon = authority.LastIndexOf(':');
        return colon > 0 && IsHost(authority[..colon]) && IsPortSuffix(authority[colon..]);
    }

    private static bool IsPortSuffix(string suffix) => suffix.Length == 0 || (suffix[0] == ':' && ushort.TryParse(suffix.AsSpan(1), out var port) && port > 0);

    private static string Reason(string host) => $"{Names.Quote(host)} is not a host name: lower-case letters, digits, dashes and dots, or an IP address";
}
