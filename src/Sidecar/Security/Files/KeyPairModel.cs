using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Sidecar.Security.Files;

/// <summary>A certificate with its key and the intermediates that are sent with it, from PEM. Immutable; the key stays in <see cref="Leaf"/>.</summary>
internal sealed class KeyPairModel
{
    private KeyPairModel(X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        (Leaf, Chain) = (leaf, chain);
        TlsContext = SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    public X509Certificate2 Leaf { get; }

    /// <summary>The file's certificates after the first.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>Made once, so that a handshake neither builds the chain nor copies the key.</summary>
    public SslStreamCertificateContext TlsContext { get; }

    /// <summary>Reads the leaf, then intermediates, and the key (PKCS#8, PKCS#1 or SEC 1; not encrypted). Throws <see cref="CryptographicException"/>, also when key and leaf are no pair.</summary>
    public static KeyPairModel Parse(ReadOnlySpan<char> certificates, ReadOnlySpan<char> key)
    {
        X509Certificate2 leaf;
        try
        {
            leaf = X509Certificate2.CreateFromPem(certificates, key);
        }
        catch (ArgumentException e)
        {
            // That a key is not the certificate's own is told in this way.
            throw new CryptographicException("the private key is not the one of the certificate", e);
        }
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        var chain = new X509Certificate2Collection();
        for (var i = 1; i < all.Count; i++) chain.Add(all[i]);
        return new KeyPairModel(leaf, chain);
    }
}
