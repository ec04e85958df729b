using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Bench.Peers;

/// <summary>
/// Certificates for the peers, of the kind our mesh issues: ECDSA P-256, a root and one leaf for each side, as files in
/// the folder of the peer.
/// </summary>
internal sealed class PeerCertificates
{
    public const string ServerName = "echo.default.svc";
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    public PeerCertificates(string folder)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=bench root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = rootRequest.CreateSelfSigned(now - TimeSpan.FromHours(1), now + Life);

        Root = Path.Combine(folder, "root.pem");
        File.WriteAllText(Root, root.ExportCertificatePem());
        (ServerCertificate, ServerKey, ServerBoth) = Issue(folder, "server", ServerName, root, now);
        (ClientCertificate, ClientKey, ClientBoth) = Issue(folder, "client", "caller.default.svc", root, now);
    }

    public string Root { get; }

    public string ServerCertificate { get; }

    public string ServerKey { get; }

    /// <summary>Certificate and key in one file, as haproxy wants them.</summary>
    public string ServerBoth { get; }

    public string ClientCertificate { get; }

    public string ClientKey { get; }

    public string ClientBoth { get; }

    private static (string Certificate, string Key, string Both) Issue(
        string folder, string file, string dnsName, X509Certificate2 root, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={dnsName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var leaf = request.Create(root, now - TimeSpan.FromMinutes(5), now + Life / 2, RandomNumberGenerator.GetBytes(12));

        var (certificate, privateKey) = (leaf.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        return (Write(folder, file + ".pem", certificate), Write(folder, file + ".key", privateKey),
            Write(folder, file + ".both.pem", certificate + "\n" + privateKey + "\n"));
    }

    private static string Write(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
        return path;
    }
}
