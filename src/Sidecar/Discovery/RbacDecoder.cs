using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Rbac.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Authorization;
using PermissionCase = Envoy.Config.Rbac.V3.Permission.RuleOneofCase;
using PrincipalCase = Envoy.Config.Rbac.V3.Principal.IdentifierOneofCase;
using ValueCase = Envoy.Type.Matcher.V3.ValueMatcher.MatchPatternOneofCase;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads Envoy's RBAC policies and matchers of metadata, of which there is only the verified token's.</summary>
internal static class RbacDecoder
{
    private const string TokenFilter = "envoy.filters.http.jwt_authn";
    private const string Payload = "payload";

    /// <summary>Any of the permissions and any of the principals; null matches everything.</summary>
    public static RequestCondition? Policy(Policy? policy)
    {
        if (policy is null) return null;
        return new RequestCondition.All(
        [
            new RequestCondition.Any([.. policy.Permissions.Select(Permission)]), new RequestCondition.Any([.. policy.Principals.Select(Principal)]),
        ]);
    }

    public static ClaimMatch Claim(MetadataMatcher matcher)
    {
        if (matcher.Filter != TokenFilter || matcher.Path.Count < 2 || matcher.Path[0].Key != Payload)
            throw InvalidResourceException.Unsupported($"metadata of {matcher.Filter}");
        return new ClaimMatch([.. matcher.Path.Skip(1).Select(p => p.Key)], Test(matcher.Value), matcher.Invert);
    }

    private static ClaimTest Test(ValueMatcher? value) => value?.MatchPatternCase switch
    {
        ValueCase.StringMatch => new ClaimTest.Text(MatcherDecoder.String(value.StringMatch)),
        ValueCase.PresentMatch when value.PresentMatch => new ClaimTest.Present(),
        ValueCase.BoolMatch => new ClaimTest.Boolean(value.BoolMatch),
        ValueCase.ListMatch => new ClaimTest.AnyItem(Test(value.ListMatch.OneOf)),
        ValueCase.OrMatch => new ClaimTest.Either([.. value.OrMatch.ValueMatchers.Select(Test)]),
        _ => throw InvalidResourceException.Unsupported($"metadata value {value?.MatchPatternCase}"),
    };

    private static RequestCondition Permission(Permission permission) => permission.RuleCase switch
    {
        PermissionCase.Any => new RequestCondition.Everything(),
        PermissionCase.AndRules => new RequestCondition.All([.. permission.AndRules.Rules.Select(Permission)]),
        PermissionCase.OrRules => new RequestCondition.Any([.. permission.OrRules.Rules.Select(Permission)]),
        PermissionCase.NotRule => new RequestCondition.Not(Permission(permission.NotRule)),
        PermissionCase.Header => new RequestCondition.Header(MatcherDecoder.Header(permission.Header)),
        PermissionCase.UrlPath => new RequestCondition.Path(MatcherDecoder.String(permission.UrlPath.Path)),
        PermissionCase.DestinationIp => new RequestCondition.OwnAddress(Network(permission.DestinationIp)),
        PermissionCase.DestinationPort => new RequestCondition.OwnPort((int)permission.DestinationPort, (int)permission.DestinationPort + 1),
        PermissionCase.DestinationPortRange => new RequestCondition.OwnPort(permission.DestinationPortRange.Start, permission.DestinationPortRange.End),
        PermissionCase.Metadata => new RequestCondition.Claim(Claim(permission.Metadata)),
        _ => throw InvalidResourceException.Unsupported($"permission {permission.RuleCase}"),
    };

    private static RequestCondition Principal(Principal principal) => principal.IdentifierCase switch
    {
        PrincipalCase.Any => new RequestCondition.Everything(),
        PrincipalCase.AndIds => new RequestCondition.All([.. principal.AndIds.Ids.Select(Principal)]),
        PrincipalCase.OrIds => new RequestCondition.Any([.. principal.OrIds.Ids.Select(Principal)]),
        PrincipalCase.NotId => new RequestCondition.Not(Principal(principal.NotId)),
        PrincipalCase.Authenticated => new RequestCondition.Peer(principal.Authenticated.PrincipalName is { } name ? MatcherDecoder.String(name) : null),
        PrincipalCase.DirectRemoteIp => new RequestCondition.SourceAddress(Network(principal.DirectRemoteIp)),
        PrincipalCase.RemoteIp => new RequestCondition.RemoteAddress(Network(principal.RemoteIp)),
        PrincipalCase.Header => new RequestCondition.Header(MatcherDecoder.Header(principal.Header)),
        PrincipalCase.UrlPath => new RequestCondition.Path(MatcherDecoder.String(principal.UrlPath.Path)),
        PrincipalCase.Metadata => new RequestCondition.Claim(Claim(principal.Metadata)),
        _ => throw InvalidResourceException.Unsupported($"principal {principal.IdentifierCase}"),
    };

    // Bits beyond the prefix do not count (Envoy), where .NET refuses them.
    private static IPNetwork Network(CidrRange range)
    {
        var length = (int)(range.PrefixLen ?? 0);
        if (!IPAddress.TryParse(range.AddressPrefix, out var address)) throw new InvalidResourceException($"'{range.AddressPrefix}' is no IP address");
        var bytes = address.GetAddressBytes();
        if (length > bytes.Length * 8) throw new InvalidResourceException($"{range.AddressPrefix} has no {length} bits");
        for (var bit = length; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
