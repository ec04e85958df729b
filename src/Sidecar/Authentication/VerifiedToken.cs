namespace Mesh.Sidecar.Authentication;

/// <summary>
/// What the token of a request says, its signature checked. Nothing of a request but a verified token makes one, so no header that a client
/// writes can be taken for a claim.
/// </summary>
internal sealed record VerifiedToken(ClaimValue Payload)
{
    /// <summary><c>ISSUER/SUBJECT</c>; null without both.</summary>
    public string? Principal { get; } =
        Payload.Find(["iss"])?.Text is { Length: > 0 } issuer && Payload.Find(["sub"])?.Text is { Length: > 0 } subject ? $"{issuer}/{subject}" : null;
}
