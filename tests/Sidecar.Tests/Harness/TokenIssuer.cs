using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>Signs tokens, and publishes its keys as a JWKS.</summary>
internal sealed class TokenIssuer : IDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly Dictionary<string, ECDsa> _curves = new()
    {
        ["ES256"] = ECDsa.Create(ECCurve.NamedCurves.nistP256), ["ES384"] = ECDsa.Create(ECCurve.NamedCurves.nistP384), ["ES512"] = ECDsa.Create(ECCurve.NamedCurves.nistP521),
    };

    public string Keys(string keyId = "k1") => new JsonObject { ["keys"] = new JsonArray([RsaKey(keyId), .. _curves.Select(c => Elliptic(c.Key, c.Value, keyId))]) }.ToJsonString();

    /// <param name="claims">The payload in JSON.</param>
    /// <param name="algorithm">What the header says; HS256 signs with the public key's bytes, as forgers do, and none not at all.</param>
    /// <param name="header">Further fields of the header, in JSON.</param>
    public string Sign(string claims, string algorithm = "RS256", string header = "\"kid\":\"k1\"")
    {
        var signed = Encode($"{{\"alg\":\"{algorithm}\"{(header.Length > 0 ? "," : "")}{header}}}") + "." + Encode(claims);
        return signed + "." + Base64Url.EncodeToString(Signature(Encoding.ASCII.GetBytes(signed), algorithm));
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public void Dispose()
    {
        _rsa.Dispose();
        foreach (var curve in _curves.Values) curve.Dispose();
    }

    private byte[] Signature(byte[] data, string algorithm)
    {
        var hash = algorithm[^3..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        return algorithm[..2] switch
        {
            "RS" => _rsa.SignData(data, hash, RSASignaturePadding.Pkcs1),
            "PS" => _rsa.SignData(data, hash, RSASignaturePadding.Pss),
            "ES" => _curves[algorithm].SignData(data, hash),
            "HS" => HMACSHA256.HashData(_rsa.ExportSubjectPublicKeyInfo(), data),
            _ => [],
        };
    }

    private JsonObject RsaKey(string keyId)
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject { ["kty"] = "RSA", ["kid"] = keyId, ["use"] = "sig", ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent) };
    }

    private static JsonObject Elliptic(string algorithm, ECDsa key, string keyId)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC", ["kid"] = keyId, ["alg"] = algorithm, ["crv"] = algorithm == "ES512" ? "P-521" : "P-" + algorithm[2..],
            ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }
}
