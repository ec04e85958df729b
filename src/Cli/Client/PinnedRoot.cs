using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cli.Client;

/// <summary>Trusts certificates under one root and no other; the machine's trust store plays no part. Names are checked as always.</summary>
internal sealed class PinnedRoot(X509Certificate2 root)
{
    public static PinnedRoot Load(string file) => new(X509Certificate2.CreateFromPem(File.ReadAllText(file)));

    public bool Validate(object? sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == 0 && IsUnderRoot(certificate, chain);

    /// <summary>Whether the certificate chains up to the root, whatever its names.</summary>
    public bool IsUnderRoot(X509Certificate? certificate, X509Chain? sent)
    {
        if (certificate is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (sent is not null) foreach (var element in sent.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var leaf = new X509Certificate2(certificate);
        return chain.Build(leaf);
    }
}
