using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Security;

/// <summary>How the tokens of one issuer are found and verified (Istio's JWTRule).</summary>
public sealed record JwtRule
{
    /// <summary>The value of the token's <c>iss</c> claim; empty, where jwksUri or jwks is given: any issuer.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Accepted values of the <c>aud</c> claim, one of which the token must have; empty: any.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>Where the issuer's public keys (JWKS) are; empty, with no jwks either: found by OpenID discovery from the issuer.</summary>
    public string JwksUri { get; init; } = "";

    /// <summary>The issuer's public keys (JWKS) themselves, as JSON; instead of jwksUri.</summary>
    public string Jwks { get; init; } = "";

    /// <summary>Headers that may carry the token. With no location given at all: <c>Authorization: Bearer</c> and the parameter access_token.</summary>
    public ImmutableArray<JwtHeader> FromHeaders { get; init; } = [];

    /// <summary>Query parameters that may carry the token.</summary>
    public ImmutableArray<string> FromParams { get; init; } = [];

    /// <summary>Cookies that may carry the token. Since Istio 1.20.</summary>
    public ImmutableArray<string> FromCookies { get; init; } = [];

    /// <summary>The header that takes the verified payload, base64url, to the application; empty: none.</summary>
    public string OutputPayloadToHeader { get; init; } = "";

    /// <summary>Whether the token itself goes on to the application; false: it is removed.</summary>
    public bool ForwardOriginalToken { get; init; }

    /// <summary>Claims that are copied to headers for the application. Since Istio 1.15.</summary>
    public ImmutableArray<ClaimToHeader> OutputClaimToHeaders { get; init; } = [];

    /// <summary>How long fetching the keys may take, at least 1 ms; null: 5 s. Since Istio 1.21.</summary>
    [Duration(1)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Claims that hold several values with spaces between, matched one by one, beside <c>scope</c> and <c>permission</c>. Since Istio 1.29.
    /// </summary>
    public ImmutableArray<string> SpaceDelimitedClaims { get; init; } = [];
}

/// <summary>A header that may carry a token.</summary>
public sealed record JwtHeader
{
    /// <summary>The header's name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>What stands before the token in the value, with its space: <c>"Bearer "</c>; empty: nothing.</summary>
    public string Prefix { get; init; } = "";
}

/// <summary>A claim that is copied to a header.</summary>
public sealed record ClaimToHeader
{
    /// <summary>The header that is set, over whatever the caller sent; each only once.</summary>
    [Required]
    public string Header { get; init; } = "";

    /// <summary>The claim, with dots into nested ones; strings, numbers and booleans are copied.</summary>
    [Required]
    public string Claim { get; init; } = "";
}
