using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Mesh.Cli.Local.State;

/// <summary>
/// Makes the secrets of a mesh once, and leaves them alone ever after: a resumed mesh has the same root. Every file has mode 0600.
/// </summary>
internal static class MeshSecrets
{
    private static readonly TimeSpan RootLifetime = TimeSpan.FromDays(3650);

    public static void Ensure(StateDirectory state, string trustDomain, TimeProvider time)
    {
        if (!File.Exists(state.RootKey) || !File.Exists(state.RootCertificate)) WriteRoot(state, trustDomain, time);
        else RefuseOtherTrustDomain(state, trustDomain);
        if (!File.Exists(state.AdminToken)) PrivateFile.Write(state.AdminToken, NewToken() + "\n");
        if (!File.Exists(state.AgentJoinToken) || !File.Exists(state.JoinTokens)) WriteJoinToken(state);
    }

    /// <summary>256 random bits, safe in headers and file names.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    private static void WriteRoot(StateDirectory state, string trustDomain, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"O={trustDomain},CN=Mesh root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"spiffe://{trustDomain}"));
        request.CertificateExtensions.Add(names.Build());
        // An hour back: clocks of machines that join later may be behind.
        using var certificate = request.CreateSelfSigned(time.GetUtcNow() - TimeSpan.FromHours(1), time.GetUtcNow() + RootLifetime);
        PrivateFile.Write(state.RootKey, key.ExportPkcs8PrivateKeyPem() + "\n");
        PrivateFile.Write(state.RootCertificate, certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>Every identity the mesh ever signed is under its trust domain, so a resumed mesh cannot have another.</summary>
    private static void RefuseOtherTrustDomain(StateDirectory state, string trustDomain)
    {
        using var root = X509Certificate2.CreateFromPem(File.ReadAllText(state.RootCertificate));
        if (!root.Subject.Split(", ").Contains($"O={trustDomain}"))
            throw new CliException($"the mesh in {state.Root} has another trust domain ({root.Subject}) than the file ({trustDomain}). Use another --state-dir for a new mesh.");
    }

    private static void WriteJoinToken(StateDirectory state)
    {
        var secret = NewToken();
        var tokens = new[] { new { id = "local", sha256 = Hash(secret), agents = new[] { "*" }, identities = new[] { "*/*" } } };
        PrivateFile.Write(state.JoinTokens, JsonSerializer.Serialize(tokens) + "\n");
        PrivateFile.Write(state.AgentJoinToken, $"local.{secret}\n");
    }
}
