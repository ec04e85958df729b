using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.TestKit.Certificates;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>
/// The directory of credentials on the gateway's machine, and clients with certificates: <c>good</c>, <c>other</c> and <c>revoked</c> of the authority whose
/// root is in <c>clients/ca.crt</c>, <c>stranger</c> of another.
/// </summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly PemAuthority _servers = new("servers");
    private readonly PemAuthority _clients = new("clients");
    private readonly PemAuthority _strangers = new("strangers");
    private readonly Dictionary<string, X509Certificate2> _issued;

    public TlsFiles(string directory)
    {
        Root = Path.Combine(directory, "credentials");
        foreach (var name in (string[])["shop", "bank", "generic"]) Write(name, name + ".test");
        WriteRsa("rsa", "rsa.test");
        // As a generic Secret has them.
        File.Move(At("generic", "tls.crt"), At("generic", "cert"));
        File.Move(At("generic", "tls.key"), At("generic", "key"));
        Directory.CreateDirectory(Path.Combine(Root, "clients"));
        foreach (var file in (string[])["clients/ca.crt", "shop/ca.crt", "generic/cacert"]) File.WriteAllText(Path.Combine(Root, file), _clients.RootPem);
        _issued = new Dictionary<string, X509Certificate2>(StringComparer.Ordinal)
        {
            ["good"] = _clients.Issue("good.test", "spiffe://cluster.local/ns/default/sa/client"),
            ["other"] = _clients.Issue("other.test"), ["revoked"] = _clients.Issue("revoked.test"), ["stranger"] = _strangers.Issue("good.test"),
        };
        File.WriteAllText(Path.Combine(Root, "revoked.crl"), _clients.RevocationListPem(TimeProvider.System.GetUtcNow().AddDays(1), _issued["revoked"]));
        Directory.CreateDirectory(Path.Combine(Root, "listed-cacert"));
        File.WriteAllText(At("listed-cacert", "ca.crt"), _clients.RootPem);
        File.Copy(Path.Combine(Root, "revoked.crl"), At("listed-cacert", "ca.crl"));
    }

    public string Root { get; }

    public X509Certificate2 Client(string name) => _issued[name];

    /// <summary>Puts paths and hashes into documents: <c>{credentials}</c>, <c>{hash:CLIENT}</c>, <c>{spki:CLIENT}</c>.</summary>
    public string Fill(string objects)
    {
        objects = objects.Replace("{credentials}", Root, StringComparison.Ordinal);
        foreach (var (name, certificate) in _issued)
            objects = objects.Replace($"{{hash:{name}}}", certificate.GetCertHashString(HashAlgorithmName.SHA256), StringComparison.Ordinal)
                .Replace($"{{spki:{name}}}", Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())), StringComparison.Ordinal);
        return objects;
    }

    /// <summary>Writes a server's certificate for <paramref name="name"/> as the credential, in place of what is there.</summary>
    public void Write(string credential, string name)
    {
        Directory.CreateDirectory(Path.Combine(Root, credential));
        using var certificate = _servers.Issue(name);
        using var key = certificate.GetECDsaPrivateKey()!;
        Write(credential, certificate, key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        foreach (var certificate in _issued.Values) certificate.Dispose();
        _servers.Dispose();
        _clients.Dispose();
        _strangers.Dispose();
    }

    private void WriteRsa(string credential, string name)
    {
        Directory.CreateDirectory(Path.Combine(Root, credential));
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        Write(credential, certificate, key.ExportPkcs8PrivateKeyPem());
    }

    private void Write(string credential, X509Certificate2 certificate, string key)
    {
        File.WriteAllText(At(credential, "tls.key"), key);
        File.WriteAllText(At(credential, "tls.crt"), certificate.ExportCertificatePem());
    }

    private string At(string credential, string file) => Path.Combine(Root, credential, file);
}
