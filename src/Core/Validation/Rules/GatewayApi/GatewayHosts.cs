using System.Collections.Immutable;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>The forms of host names in the Gateway API: DNS names, a wildcard only as the whole first label, no addresses.</summary>
internal static class GatewayHosts
{
    public static void Check(ImmutableArray<string> hosts, RuleContext context)
    {
        for (var i = 0; i < hosts.Length; i++) Check(hosts[i], context.Item(i));
    }

    public static void Check(string host, RuleContext context)
    {
        if (Hosts.IsIpAddress(host)) context.Error($"{Names.Quote(host)} must be a DNS name, not an address");
        else if (!Names.IsDns1123Subdomain(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host))
            context.Error($"{Names.Quote(host)} is not a host name: lower-case letters, digits, dashes and dots, optionally after \"*.\"");
    }

    /// <summary>Without a wildcard.</summary>
    public static void CheckPrecise(string host, RuleContext context)
    {
        if (host.Length > 0 && (Hosts.IsIpAddress(host) || !Names.IsDns1123Subdomain(host))) context.Error($"{Names.Quote(host)} is not a host name without wildcard");
    }
}
