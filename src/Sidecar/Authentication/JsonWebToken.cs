using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mesh.Sidecar.Authentication;

/// <summary>A token in its compact form (RFC 7515, 7519), read but not verified: nothing of it is to be believed yet.</summary>
internal sealed class JsonWebToken
{
    /// <summary>Longer ones are refused unread; Kestrel takes no more than 32 KiB of headers in all.</summary>
    public const int MaxLength = 16 * 1024;

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private JsonWebToken(TokenAlgorithm algorithm, string keyId, ClaimValue payload, string encodedPayload, byte[] signed, byte[] signature)
    {
        (Algorithm, KeyId, Payload, EncodedPayload, _signed, _signature) = (algorithm, keyId, payload, encodedPayload, signed, signature);
        Issuer = payload.Find(["iss"])?.Text ?? "";
    }

    public TokenAlgorithm Algorithm { get; }

    public string KeyId { get; }

    public string Issuer { get; }

    public ClaimValue Payload { get; }

    public string EncodedPayload { get; }

    /// <summary>Seconds since 1970; null without one.</summary>
    public double? ExpiresAt { get; private init; }

    public double? NotBefore { get; private init; }

    public bool IsSignedBy(VerificationKey key) => key.Verify(Algorithm, _signed, _signature);

    public static TokenStatus TryRead(string text, out JsonWebToken? token)
    {
        token = null;
        if (text.Length > MaxLength) return TokenStatus.TooLong;
        var first = text.IndexOf('.');
        var second = first < 0 ? -1 : text.IndexOf('.', first + 1);
        if (second < 0 || text.IndexOf('.', second + 1) >= 0) return TokenStatus.BadFormat;
        if (!TryDecode(text.AsSpan(0, first), out var header) || !TryParse(header, out var head)) return TokenStatus.BadHeader;
        var encoded = text[(first + 1)..second];
        if (!TryDecode(encoded, out var body) || !TryParse(body, out var payload)) return TokenStatus.BadPayload;
        if (!TryDecode(text.AsSpan(second + 1), out var signature)) return TokenStatus.BadFormat;
        if (head.Find(["alg"]) is not { Kind: JsonTokenType.String } name) return TokenStatus.BadAlgorithm;
        if (TokenAlgorithm.Find(name.Text!) is not { } algorithm) return TokenStatus.UnsupportedAlgorithm;
        // Whoever writes it wants the token refused by those that do not know the extension, and we know none (RFC 7515, 4.1.11).
        if (head.Find(["crit"]) is not null) return TokenStatus.CriticalExtension;
        if (!TryTime(payload, "exp", out var expires) || !TryTime(payload, "nbf", out var notBefore)) return TokenStatus.BadPayload;
        var keyId = head.Find(["kid"]) is { Kind: JsonTokenType.String } id ? id.Text! : "";
        token = new JsonWebToken(algorithm, keyId, payload, encoded, Encoding.ASCII.GetBytes(text, 0, second), signature) { ExpiresAt = expires, NotBefore = notBefore };
        return TokenStatus.Good;
    }

    private static bool TryTime(ClaimValue payload, string name, out double? time)
    {
        time = null;
        if (payload.Find([name]) is not { } value) return true;
        if (value.Kind != JsonTokenType.Number || !double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || !double.IsFinite(seconds)) return false;
        time = seconds;
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.ContainsAny('=', ' ') || text.ContainsAny('\t', '\r', '\n') || !Base64Url.IsValid(text)) return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    private static bool TryParse(byte[] json, out ClaimValue value)
    {
        value = null!;
        try
        {
            value = ClaimValue.Parse(json);
            return value.Fields is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is no UTF-8.
            return false;
        }
    }
}
