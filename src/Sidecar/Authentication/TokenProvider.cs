using System.Globalization;
using System.Text.Json;
using Mesh.Sidecar.Http;

namespace Mesh.Sidecar.Authentication;

/// <summary>How the tokens of one issuer are found, verified and handed on (Envoy's JwtProvider). Immutable but for its cache.</summary>
internal sealed class TokenProvider(TimeProvider time, TokenStatistics statistics)
{
    private const int CacheSize = 1000;

    private readonly TokenCache _cache = new(CacheSize);

    /// <summary>Empty: any.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>One of which the token must be for; empty: any.</summary>
    public string[] Audiences { get; init; } = [];

    public IReadOnlyList<VerificationKey> Keys { get; init; } = [];

    public TokenLocation[] Locations { get; init; } = TokenLocation.Default;

    public bool Forward { get; init; }

    public string PayloadHeader { get; init; } = "";

    public (string Header, string[] Claim)[] ClaimHeaders { get; init; } = [];

    public string[] SpaceDelimited { get; init; } = [];

    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Headers that only this proxy may write, whether there is a token or not.</summary>
    public void Sanitize(IHeaderDictionary headers)
    {
        if (PayloadHeader.Length > 0) headers.Remove(PayloadHeader);
        foreach (var (header, _) in ClaimHeaders) headers.Remove(header);
    }

    /// <summary>All tokens of its locations must be good: an application may take any of them for the one that was verified.</summary>
    public TokenStatus Verify(ProxyRequest request)
    {
        var tokens = Collect(request);
        if (tokens.Count == 0) return TokenStatus.Missing;
        CheckedToken? good = null;
        foreach (var (text, _) in tokens)
        {
            var status = Check(text, out var found);
            if (status != TokenStatus.Good) return status;
            good ??= found;
        }
        HandOn(request, good!, tokens);
        return TokenStatus.Good;
    }

    public List<(string Token, TokenLocation Location)> Collect(ProxyRequest request)
    {
        var tokens = new List<(string, TokenLocation)>(1);
        foreach (var location in Locations) location.Collect(request, tokens);
        return tokens;
    }

    private TokenStatus Check(string text, out CheckedToken? found)
    {
        found = _cache.Find(text);
        if (found is not null)
        {
            statistics.CountHit();
            return CheckTime(found.Token);
        }
        statistics.CountMiss();
        var status = JsonWebToken.TryRead(text, out var token);
        if (status != TokenStatus.Good) return status;
        if (Issuer.Length > 0 && token!.Issuer != Issuer) return TokenStatus.UnknownIssuer;
        status = CheckTime(token!);
        if (status != TokenStatus.Good) return status;
        if (!IsForUs(token!)) return TokenStatus.AudienceNotAllowed;
        status = CheckSignature(token!);
        if (status != TokenStatus.Good) return status;
        found = new CheckedToken(token!, new VerifiedToken(token!.Payload.WithLists(SpaceDelimited)));
        _cache.Add(text, found);
        return TokenStatus.Good;
    }

    private TokenStatus CheckTime(JsonWebToken token)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        if (token.NotBefore > now + ClockSkew.TotalSeconds) return TokenStatus.NotYetValid;
        return token.ExpiresAt < now - ClockSkew.TotalSeconds ? TokenStatus.Expired : TokenStatus.Good;
    }

    private bool IsForUs(JsonWebToken token)
    {
        if (Audiences.Length == 0) return true;
        return token.Payload.Find(["aud"]) switch
        {
            { Kind: JsonTokenType.String } one => Audiences.Contains(one.Text),
            { Items: var several } => several.Any(a => a.Kind == JsonTokenType.String && Audiences.Contains(a.Text)),
            _ => false,
        };
    }

    private TokenStatus CheckSignature(JsonWebToken token)
    {
        if (Keys.Count == 0) return TokenStatus.NoKeys;
        var status = TokenStatus.NoMatchingKey;
        foreach (var key in Keys)
        {
            if (!key.Suits(token.Algorithm, token.KeyId)) continue;
            if (token.IsSignedBy(key)) return TokenStatus.Good;
            status = TokenStatus.BadSignature;
        }
        return status;
    }

    private void HandOn(ProxyRequest request, CheckedToken good, List<(string Token, TokenLocation Location)> tokens)
    {
        if (!Forward)
            foreach (var (_, location) in tokens) location.Remove(request);
        var headers = request.Http.Request.Headers;
        if (PayloadHeader.Length > 0) headers[PayloadHeader] = good.Token.EncodedPayload;
        foreach (var (header, claim) in ClaimHeaders)
            if (HeaderText(good.Token.Payload.Find(claim)) is { } text) headers[header] = text;
        request.Token = good.Verified;
        request.Http.Features[typeof(VerifiedToken)] = good.Verified;
    }

    // Texts that no header can carry are left out.
    private static string? HeaderText(ClaimValue? value)
    {
        if (value is not { Text: { Length: > 0 } text }) return null;
        if (value.Kind == JsonTokenType.Number && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= 0 && number < long.MaxValue && Math.Floor(number) == number) return ((long)number).ToString(CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : text;
    }
}
