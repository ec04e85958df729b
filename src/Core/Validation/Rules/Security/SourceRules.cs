using System.Collections.Immutable;
using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules.Security;

/// <summary>What a source of an AuthorizationPolicy must satisfy.</summary>
internal static class SourceRules
{
    private const int MaxServiceAccounts = 16;

    public static void Check(AuthorizationSource source, RuleContext context)
    {
        var fields = Fields(source);
        if (Array.TrueForAll(fields, f => f.Values.IsEmpty)) context.ErrorOfWhole("must not be empty", "Remove it to accept any source.");
        foreach (var (name, values) in fields)
        {
            var at = context.Field(name);
            at.CheckNotEmpty(values);
            if (name.EndsWith("Blocks", StringComparison.Ordinal)) CheckBlocks(values, at);
            else if (name is "serviceAccounts" or "notServiceAccounts") CheckAccounts(values, at);
            else for (var i = 0; i < values.Length; i++) CheckWord(name, values[i], at.Item(i));
        }

        if (!(source.ServiceAccounts.IsEmpty && source.NotServiceAccounts.IsEmpty)
            && !(source.Principals.IsEmpty && source.NotPrincipals.IsEmpty && source.Namespaces.IsEmpty && source.NotNamespaces.IsEmpty))
            context.Error("serviceAccounts cannot stand beside principals or namespaces", "A service account is both a namespace and an identity; put the others into a source of their own.");
    }

    /// <summary>The fields by name.</summary>
    public static (string Name, ImmutableArray<string> Values)[] Fields(AuthorizationSource source) =>
    [
        ("principals", source.Principals), ("notPrincipals", source.NotPrincipals),
        ("requestPrincipals", source.RequestPrincipals), ("notRequestPrincipals", source.NotRequestPrincipals),
        ("namespaces", source.Namespaces), ("notNamespaces", source.NotNamespaces),
        ("serviceAccounts", source.ServiceAccounts), ("notServiceAccounts", source.NotServiceAccounts),
        ("trustDomains", source.TrustDomains), ("notTrustDomains", source.NotTrustDomains),
        ("ipBlocks", source.IpBlocks), ("notIpBlocks", source.NotIpBlocks),
        ("remoteIpBlocks", source.RemoteIpBlocks), ("notRemoteIpBlocks", source.NotRemoteIpBlocks),
    ];

    public static void CheckBlocks(ImmutableArray<string> blocks, RuleContext context)
    {
        for (var i = 0; i < blocks.Length; i++)
            if (blocks[i].Length > 0 && !Addresses.IsAddressOrNetwork(blocks[i]))
                context.Item(i).Error($"{Names.Quote(blocks[i])} is not an IP address or network", "Write \"10.1.2.3\" or \"10.1.0.0/16\".");
    }

    private static void CheckWord(string field, string value, RuleContext context)
    {
        if (value.Length == 0) return;
        MatchWords.CheckWildcard(value, context);
        if (field is "principals" or "notPrincipals" && value.StartsWith("spiffe://", StringComparison.Ordinal))
            context.Warn("never matches: identities stand here without their scheme", $"Write {Names.Quote(value["spiffe://".Length..])}.");
        if (field is "namespaces" or "notNamespaces" && !MatchWords.HasWildcard(value) && !Names.IsDns1123Label(value))
            context.Warn($"never matches: {Names.LabelReason(value)}");
    }

    private static void CheckAccounts(ImmutableArray<string> accounts, RuleContext context)
    {
        if (accounts.Length > MaxServiceAccounts) context.Error($"has {accounts.Length} elements; at most {MaxServiceAccounts} are allowed");
        for (var i = 0; i < accounts.Length; i++)
        {
            var account = accounts[i];
            if (account.Length == 0) continue;
            var slash = account.IndexOf('/');
            if (account.Contains('*', StringComparison.Ordinal)) context.Item(i).Error($"{Names.Quote(account)} has a wildcard; service accounts match exactly", "Use principals for patterns.");
            else if (!Names.IsDns1123Subdomain(account[(slash + 1)..]) || (slash >= 0 && !Names.IsDns1123Label(account[..slash])))
                context.Item(i).Error($"{Names.Quote(account)} is not a service account", "Write \"name\" or \"namespace/name\".");
        }
    }
}
