using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mesh.Sidecar.Authentication;

/// <summary>
/// One public key of a set (RFC 7517): RSA of 2048 bits or more, or a curve of NIST. Others, symmetric ones above all, are not taken. .NET does not promise that
/// a key may be used by several threads, so each has a lock.
/// </summary>
internal sealed class VerificationKey
{
    private const int LeastRsaBits = 2048;

    private readonly Lock _lock = new();
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;
    private readonly int _curveBits;

    private VerificationKey(string id, string algorithm, RSA? rsa, ECDsa? ec, int curveBits) =>
        (Id, Algorithm, _rsa, _ec, _curveBits) = (id, algorithm, rsa, ec, curveBits);

    /// <summary><c>kid</c>; empty where it has none.</summary>
    public string Id { get; }

    /// <summary><c>alg</c>; empty: any that suits its type.</summary>
    public string Algorithm { get; }

    public static IReadOnlyList<VerificationKey> ReadSet(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("it is no object");
        if (!root.TryGetProperty("keys", out var keys)) return Read(root) is { } single ? [single] : [];
        if (keys.ValueKind != JsonValueKind.Array) throw new JsonException("\"keys\" is no list");
        return [.. keys.EnumerateArray().Where(k => k.ValueKind == JsonValueKind.Object).Select(Read).OfType<VerificationKey>()];
    }

    /// <summary>Whether a token with this header may be signed by it.</summary>
    public bool Suits(TokenAlgorithm algorithm, string id) =>
        (id.Length == 0 || Id.Length == 0 || id == Id) && (Algorithm.Length == 0 || Algorithm == algorithm.Name)
        && (algorithm.IsElliptic ? _curveBits == algorithm.CurveBits : _rsa is not null);

    public bool Verify(TokenAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        lock (_lock)
            return _ec is not null
                ? _ec.VerifyData(data, signature, algorithm.Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                : _rsa!.VerifyData(data, signature, algorithm.Hash, algorithm.IsPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    // A key that cannot be read is left out: sets have keys for other uses too.
    private static VerificationKey? Read(JsonElement key)
    {
        if (Text(key, "use") is { Length: > 0 } use && use != "sig") return null;
        try
        {
            return Text(key, "kty") switch
            {
                "RSA" => Rsa(key),
                "EC" => Elliptic(key),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static VerificationKey? Rsa(JsonElement key)
    {
        var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        if (rsa.KeySize >= LeastRsaBits) return new VerificationKey(Text(key, "kid"), Text(key, "alg"), rsa, null, 0);
        rsa.Dispose();
        return null;
    }

    private static VerificationKey? Elliptic(JsonElement key)
    {
        var (curve, bits) = Text(key, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 256),
            "P-384" => (ECCurve.NamedCurves.nistP384, 384),
            "P-521" => (ECCurve.NamedCurves.nistP521, 521),
            _ => (default, 0),
        };
        if (bits == 0) return null;
        var point = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") };
        return new VerificationKey(Text(key, "kid"), Text(key, "alg"), null, ECDsa.Create(new ECParameters { Curve = curve, Q = point }), bits);
    }

    private static string Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(Text(key, name));
}

/// <summary>How a token is signed. Neither "none" nor a symmetric algorithm is one.</summary>
internal sealed record TokenAlgorithm(string Name, HashAlgorithmName Hash, bool IsPss, int CurveBits)
{
    private static readonly TokenAlgorithm[] All =
    [
        new("RS256", HashAlgorithmName.SHA256, false, 0), new("RS384", HashAlgorithmName.SHA384, false, 0), new("RS512", HashAlgorithmName.SHA512, false, 0),
        new("PS256", HashAlgorithmName.SHA256, true, 0), new("PS384", HashAlgorithmName.SHA384, true, 0), new("PS512", HashAlgorithmName.SHA512, true, 0),
        new("ES256", HashAlgorithmName.SHA256, false, 256), new("ES384", HashAlgorithmName.SHA384, false, 384), new("ES512", HashAlgorithmName.SHA512, false, 521),
    ];

    public bool IsElliptic => CurveBits > 0;

    public static TokenAlgorithm? Find(string name) => Array.Find(All, a => a.Name == name);
}
