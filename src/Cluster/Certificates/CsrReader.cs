using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cluster.Certificates;

/// <summary>Takes the key out of a PKCS#10 request and judges it. Pure.</summary>
internal static class CsrReader
{
    private const int MaxLength = 16 * 1024;
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string P384 = "1.3.132.0.34";

    /// <exception cref="CryptographicException">Unreadable, wrongly signed, or not EC P-256/P-384 nor RSA of 2048 to 4096 bits.</exception>
    public static PublicKey ReadPublicKey(string pem)
    {
        if (pem.Length > MaxLength) throw new CryptographicException("CSR too long");
        CertificateRequest request;
        try
        {
            // Verifies the proof of possession as it loads.
            request = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256,
                CertificateRequestLoadOptions.Default, RSASignaturePadding.Pkcs1);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("CSR is not PEM", e);
        }
        if (!IsStrong(request.PublicKey)) throw new CryptographicException("key type or size not allowed");
        return request.PublicKey;
    }

    private static bool IsStrong(PublicKey key)
    {
        using var ec = key.GetECDsaPublicKey();
        if (ec is not null) return ec.ExportParameters(false).Curve.Oid.Value is P256 or P384;
        using var rsa = key.GetRSAPublicKey();
        return rsa is { KeySize: >= 2048 and <= 4096 };
    }
}
