namespace Mesh.Sidecar.Authentication;

/// <summary>What became of a token.</summary>
internal enum TokenStatus
{
    Good,
    Missing,
    TooLong,
    BadFormat,
    BadHeader,
    BadAlgorithm,
    UnsupportedAlgorithm,
    CriticalExtension,
    BadPayload,
    UnknownIssuer,
    NotYetValid,
    Expired,
    AudienceNotAllowed,
    NoKeys,
    NoMatchingKey,
    BadSignature,
}

/// <summary>The texts of refusals, which are Envoy's where it has the case, because people search for them.</summary>
internal static class TokenStatuses
{
    public static string Text(TokenStatus status) => status switch
    {
        TokenStatus.Missing => "Jwt is missing",
        TokenStatus.TooLong => "Jwt is too long",
        TokenStatus.BadFormat => "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
        TokenStatus.BadHeader => "Jwt header is an invalid JSON",
        TokenStatus.BadAlgorithm => "Jwt header [alg] field is required and must be a string",
        TokenStatus.UnsupportedAlgorithm => "Jwt header [alg] is not supported",
        TokenStatus.CriticalExtension => "Jwt header [crit] is not supported",
        TokenStatus.BadPayload => "Jwt payload is an invalid JSON",
        TokenStatus.UnknownIssuer => "Jwt issuer is not configured",
        TokenStatus.NotYetValid => "Jwt not yet valid",
        TokenStatus.Expired => "Jwt is expired",
        TokenStatus.AudienceNotAllowed => "Audiences in Jwt are not allowed",
        TokenStatus.NoKeys => "Jwks doesn't have any valid public key",
        TokenStatus.NoMatchingKey => "Jwks doesn't have key to match kid or alg from Jwt",
        TokenStatus.BadSignature => "Jwt verification fails",
        _ => "",
    };

    /// <summary>Of several the one that says most: what is missing, or somebody else's, says least.</summary>
    public static TokenStatus Worse(TokenStatus a, TokenStatus b) => Weight(b) > Weight(a) ? b : a;

    private static int Weight(TokenStatus status) => status switch
    {
        TokenStatus.Good => 0,
        TokenStatus.Missing => 1,
        TokenStatus.UnknownIssuer => 2,
        _ => 3,
    };
}
