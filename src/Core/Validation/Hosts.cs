using System.Net;

namespace Mesh.Core.Validation;

/// <summary>The forms of host names in Istio's objects.</summary>
internal static class Hosts
{
    private const string ByName = "Name a service; for an address of your own write a ServiceEntry with a name.";
    private const string WholeLabels = "A wildcard here is \"*\" or starts with \"*.\".";
    private const string Form = "letters, digits, dashes and dots, or an IP address";

    /// <summary>A DNS name, short or full, or an IP address.</summary>
    public static bool IsHost(string host) => IsIpAddress(host) || IsName(host);

    /// <summary>A DNS name in any case, short or full, perhaps with a dot at the end; not one whose last part is a number, as addresses have.</summary>
    public static bool IsName(string host)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        return Names.IsDns1123Subdomain(name.ToLowerInvariant()) && !(name.Contains('.', StringComparison.Ordinal) && name[(name.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit));
    }

    /// <summary>A host or a wildcard: <c>*</c>, <c>*.example.com</c>, or for part of the first label <c>*-eu.example.com</c> and <c>*eu.example.com</c>.</summary>
    public static bool IsHostOrWildcard(string host) =>
        host == "*" || (host.StartsWith('*') ? IsName(host[1] is '.' or '-' ? host[2..] : host[1..]) : IsHost(host));

    /// <summary>A wildcard for part of a label, which the names that TLS clients ask for are not compared with.</summary>
    public static bool IsPartialWildcard(string host) => host.Length > 1 && host[0] == '*' && host[1] != '.';

    // IPAddress.TryParse alone takes "1" and "0x7f.1".
    public static bool IsIpAddress(string host) =>
        IPAddress.TryParse(host, out _) && (host.Contains(':', StringComparison.Ordinal) || (host.Split('.') is { Length: 4 } parts && parts.All(p => p.All(char.IsAsciiDigit))));

    /// <summary>Whether some name is one of both, either of which may be a wildcard.</summary>
    public static bool Overlap(string one, string other) => Covers(one, other) || Covers(other, one);

    /// <summary>Whether every name of <paramref name="host"/>, which may be a wildcard, is one of <paramref name="pattern"/>.</summary>
    public static bool Covers(string pattern, string host)
    {
        if (pattern.Equals(host, StringComparison.OrdinalIgnoreCase)) return true;
        return pattern.StartsWith('*') && host.TrimStart('*').EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>One host, by name or address.</summary>
    public static void CheckHost(string host, RuleContext at)
    {
        if (host.Length == 0) at.Error("required");
        else if (host.Contains('*', StringComparison.Ordinal)) at.Error($"{Names.Quote(host)} is a wildcard, which cannot be sent to", "Name one service.");
        else if (!IsHost(host)) at.Error(Reason(host), Hint(host));
    }

    /// <summary>A service requests are sent to: one name.</summary>
    public static void CheckService(string host, RuleContext at)
    {
        if (IsIpAddress(host)) at.Error(AddressReason(host), ByName);
        else CheckHost(host, at);
    }

    /// <summary>Services: a name or a wildcard.</summary>
    public static void CheckServiceOrWildcard(string host, RuleContext at)
    {
        if (IsIpAddress(host)) at.Error(AddressReason(host), ByName);
        else CheckHostOrWildcard(host, at);
    }

    /// <summary>Which requests are meant: a name or a wildcard.</summary>
    public static void CheckHostOrWildcard(string host, RuleContext at)
    {
        if (host.Length == 0) at.Error("must not be empty");
        else if (!IsHostOrWildcard(host)) at.Error(Reason(host), Hint(host));
    }

    /// <summary>Server names of TLS: a name or a wildcard for whole labels.</summary>
    public static void CheckServerName(string host, RuleContext at)
    {
        if (IsPartialWildcard(host)) at.Error($"{Names.Quote(host)} is a wildcard for part of a label, which proxies do not compare server names with", WholeLabels);
        else CheckHostOrWildcard(host, at);
    }

    /// <summary>Refuses short names, where nothing says which namespace they would be of.</summary>
    public static void CheckFullName(string host, RuleContext at)
    {
        if (host.Length > 0 && host != "*" && host.IndexOfAny(['.', ':']) < 0)
            at.Error($"{Names.Quote(host)} is a short name, which nothing completes here", "Write it out: name.namespace.svc.cluster.local, or a name of yours in DNS.");
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

    private static string Reason(string host) => $"{Names.Quote(host)} is not a host name: {Form}";

    private static string AddressReason(string host) => $"{Names.Quote(host)} is an IP address, not the name of a service";

    private static string Hint(string host)
    {
        if (host.Contains("://", StringComparison.Ordinal)) return "Leave the scheme and the path out.";
        if (host.Contains('*', StringComparison.Ordinal)) return "A wildcard is \"*\", or a name that starts with \"*.\" or, for part of its first label, \"*\".";
        if (host.LastIndexOf(':') is var colon and > 0 && IsHostOrWildcard(host[..colon])) return "Leave the port out; ports have fields of their own.";
        return host.Contains('/', StringComparison.Ordinal) ? "Leave the path out." : "";
    }
}
