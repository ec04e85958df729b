using System.Text.Json;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Mesh.Sidecar.Authentication;
using RequirementCase = Envoy.Extensions.Filters.Http.JwtAuthn.V3.JwtRequirement.RequiresTypeOneofCase;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads the filter that verifies tokens.</summary>
internal static class JwtDecoder
{
    /// <summary>Null when it asks for nothing.</summary>
    public static TokenAuthenticator? Decode(JwtAuthentication filter, TokenStatistics statistics, TimeProvider time)
    {
        EnforcedFields.Check(filter);
        if (filter.Rules.Count == 0) return null;
        if (filter.Rules.Count > 1 || filter.Rules[0].Match is not { PathSpecifierCase: RouteMatch.PathSpecifierOneofCase.Prefix, Prefix: "/", Headers.Count: 0, QueryParameters.Count: 0 })
            throw InvalidResourceException.Unsupported("a jwt_authn rule for some requests only");
        if (filter.Rules[0].Requires is not { } requires) return null;
        var providers = filter.Providers.ToDictionary(p => p.Key, p => Provider(p.Key, p.Value, statistics, time), StringComparer.Ordinal);
        return new TokenAuthenticator([.. providers.Values], Requirement(requires, providers, []), filter.BypassCorsPreflight, filter.StripFailureResponse, statistics);
    }

    private static TokenRequirement Requirement(JwtRequirement requirement, Dictionary<string, TokenProvider> providers, TokenProvider[] beside)
    {
        switch (requirement.RequiresTypeCase)
        {
            case RequirementCase.ProviderName:
                return new TokenRequirement.Of(Named(requirement.ProviderName, providers));
            case RequirementCase.RequiresAny:
                var any = requirement.RequiresAny.Requirements;
                TokenProvider[] named = [.. any.Where(r => r.RequiresTypeCase == RequirementCase.ProviderName).Select(r => Named(r.ProviderName, providers))];
                return new TokenRequirement.Any([.. any.Select(r => Requirement(r, providers, named))]);
            case RequirementCase.RequiresAll:
                return new TokenRequirement.All([.. requirement.RequiresAll.Requirements.Select(r => Requirement(r, providers, []))]);
            case RequirementCase.AllowMissing:
                return new TokenRequirement.AllowMissing(beside);
            case RequirementCase.AllowMissingOrFailed:
                return new TokenRequirement.AllowMissingOrFailed();
            default:
                throw InvalidResourceException.Unsupported($"jwt requirement {requirement.RequiresTypeCase}");
        }
    }

    private static TokenProvider Named(string name, Dictionary<string, TokenProvider> providers) =>
        providers.GetValueOrDefault(name) ?? throw new InvalidResourceException($"jwt provider '{name}' is not there");

    private static TokenProvider Provider(string name, JwtProvider provider, TokenStatistics statistics, TimeProvider time) => new(time, statistics)
    {
        Issuer = provider.Issuer,
        Audiences = [.. provider.Audiences],
        Keys = Keys(name, provider.LocalJwks),
        Locations = Locations(provider),
        Forward = provider.Forward,
        PayloadHeader = provider.ForwardPayloadHeader,
        ClaimHeaders = [.. provider.ClaimToHeaders.Select(c => (c.HeaderName, c.ClaimName.Split('.')))],
        SpaceDelimited = [.. provider.NormalizePayloadInMetadata?.SpaceDelimitedClaims ?? []],
        ClockSkew = TimeSpan.FromSeconds(provider.ClockSkewSeconds > 0 ? provider.ClockSkewSeconds : 60),
    };

    private static IReadOnlyList<VerificationKey> Keys(string name, DataSource? source)
    {
        if (source?.SpecifierCase is not (DataSource.SpecifierOneofCase.InlineString or DataSource.SpecifierOneofCase.InlineBytes))
            throw InvalidResourceException.Unsupported($"jwt provider '{name}' without inline keys");
        var text = source.SpecifierCase == DataSource.SpecifierOneofCase.InlineString ? source.InlineString : source.InlineBytes.ToStringUtf8();
        try
        {
            return VerificationKey.ReadSet(text);
        }
        catch (JsonException e)
        {
            throw new InvalidResourceException($"keys of jwt provider '{name}': {e.Message}");
        }
    }

    private static TokenLocation[] Locations(JwtProvider provider)
    {
        if (provider.FromHeaders.Count == 0 && provider.FromParams.Count == 0 && provider.FromCookies.Count == 0) return TokenLocation.Default;
        return
        [
            .. provider.FromHeaders.Select(h => new TokenLocation(TokenPlace.Header, h.Name.ToLowerInvariant(), h.ValuePrefix)),
            .. provider.FromParams.Select(p => new TokenLocation(TokenPlace.Parameter, p, "")),
            .. provider.FromCookies.Select(c => new TokenLocation(TokenPlace.Cookie, c, "")),
        ];
    }
}
