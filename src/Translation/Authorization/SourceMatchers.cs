using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Core.V3;
using Envoy.Config.Rbac.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Core.Resources.Security;

namespace Mesh.Translation.Authorization;

/// <summary>Callers as Envoy's RBAC principals.</summary>
/// <param name="Namespace">Of the policy, for service accounts without one.</param>
/// <param name="TrustDomain">The mesh's.</param>
internal sealed record SourceMatchers(string Namespace, string TrustDomain)
{
    private const string Scheme = "spiffe://";

    /// <summary>Istio's name for the mesh's own trust domain, whatever that is called.</summary>
    private const string DefaultDomain = "cluster.local/";

    public Principal Translate(AuthorizationSource source)
    {
        var all = new List<Principal>();
        Add(all, source.Principals, source.NotPrincipals, Identity);
        Add(all, source.RequestPrincipals, source.NotRequestPrincipals, RequestPrincipal);
        Add(all, source.Namespaces, source.NotNamespaces, InNamespace);
        Add(all, source.ServiceAccounts, source.NotServiceAccounts, ServiceAccount);
        Add(all, source.TrustDomains, source.NotTrustDomains, InTrustDomain);
        Add(all, source.IpBlocks, source.NotIpBlocks, Address);
        Add(all, source.RemoteIpBlocks, source.NotRemoteIpBlocks, RemoteAddress);
        return All(all);
    }

    public static void Add(List<Principal> all, ImmutableArray<string> values, ImmutableArray<string> not, Func<string, Principal> translate)
    {
        if (values.Length > 0) all.Add(Any(values.Select(translate)));
        if (not.Length > 0) all.Add(new Principal { NotId = Any(not.Select(translate)) });
    }

    public static Principal All(IReadOnlyList<Principal> all) => all.Count switch
    {
        0 => new Principal { Any = true },
        1 => all[0],
        _ => new Principal { AndIds = new Principal.Types.Set { Ids = { all } } },
    };

    public static Principal Any(IEnumerable<Principal> any)
    {
        var list = any.ToList();
        return list.Count == 1 ? list[0] : new Principal { OrIds = new Principal.Types.Set { Ids = { list } } };
    }

    public Principal Identity(string word)
    {
        var own = word.StartsWith(DefaultDomain, StringComparison.Ordinal) && TrustDomain + "/" != DefaultDomain;
        return own ? Any([Named(WordMatchers.Of(word, Scheme)), Named(WordMatchers.Of(TrustDomain + "/" + word[DefaultDomain.Length..], Scheme))]) : Named(WordMatchers.Of(word, Scheme));
    }

    public static Principal InNamespace(string word) => Named(word.Contains('*', StringComparison.Ordinal)
        ? Regex($".*/ns/{Pattern(word)}/.*")
        : new StringMatcher { Contains = $"/ns/{word}/" });

    public Principal ServiceAccount(string account)
    {
        var slash = account.IndexOf('/');
        var (space, name) = slash < 0 ? (Namespace, account) : (account[..slash], account[(slash + 1)..]);
        return Named(new StringMatcher { Exact = $"{Scheme}{TrustDomain}/ns/{space}/sa/{name}" });
    }

    public static Principal Address(string block) => new() { DirectRemoteIp = Cidr(block) };

    public static Principal RemoteAddress(string block) => new() { RemoteIp = Cidr(block) };

    /// <summary><c>ISSUER/SUBJECT</c>; as either may have slashes itself, every way to cut the word counts.</summary>
    public static Principal RequestPrincipal(string word)
    {
        if (word == "*") return Token("*", "*");
        var ways = new List<Principal>();
        for (var slash = word.IndexOf('/'); slash >= 0; slash = word.IndexOf('/', slash + 1)) ways.Add(Token(word[..slash], word[(slash + 1)..]));
        if (word[^1] == '*') ways.Add(Token(word, "*"));
        else if (word[0] == '*') ways.Add(Token("*", word));
        // A word that names no subject is nobody's.
        return ways.Count == 0 ? Token(word, "") : Any(ways);
    }

    /// <summary>An address or network.</summary>
    public static CidrRange Cidr(string block)
    {
        var slash = block.IndexOf('/');
        var address = slash < 0 ? block : block[..slash];
        var whole = address.Contains(':', StringComparison.Ordinal) ? 128u : 32u;
        return new CidrRange { AddressPrefix = address, PrefixLen = slash < 0 ? whole : uint.Parse(block[(slash + 1)..], CultureInfo.InvariantCulture) };
    }

    private static Principal InTrustDomain(string word) => Named(word.Contains('*', StringComparison.Ordinal)
        ? Regex($"{Scheme}{Pattern(word)}/.*")
        : new StringMatcher { Prefix = $"{Scheme}{word}/" });

    private static Principal Token(string issuer, string subject) => All(
    [
        new Principal { Metadata = ClaimMatchers.Claim(["iss"], WordMatchers.Of(issuer)) },
        new Principal { Metadata = ClaimMatchers.Claim(["sub"], WordMatchers.Of(subject)) },
    ]);

    private static Principal Named(StringMatcher name) => new() { Authenticated = new Principal.Types.Authenticated { PrincipalName = name } };

    private static StringMatcher Regex(string pattern) => new() { SafeRegex = new RegexMatcher { Regex = pattern } };

    private static string Pattern(string word) => string.Join("[^/]*", word.Split('*').Select(WordMatchers.Escape));
}
