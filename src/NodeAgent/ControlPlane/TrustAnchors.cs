using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.NodeAgent.ControlPlane;

/// <summary>The roots by which replicas are verified: those of the configured file and nothing else on this machine. Immutable.</summary>
internal sealed class TrustAnchors(X509Certificate2Collection roots)
{
    /// <summary>The name every replica's certificate carries; the address it is dialled by proves nothing.</summary>
    public const string ReplicaName = "mesh-cluster.mesh-system.svc";

    public static TrustAnchors FromFile(string path)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(path);
        if (roots.Count == 0) throw new InvalidDataException($"there is no certificate in '{path}'");
        return new TrustAnchors(roots);
    }

    public X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    /// <summary>TLS towards a replica, with <paramref name="identity"/> as the client certificate where there is one already.</summary>
    public SslClientAuthenticationOptions ClientOptions(SslStreamCertificateContext? identity) => new()
    {
        TargetHost = ReplicaName,
        CertificateChainPolicy = ChainPolicy(),
        ClientCertificateContext = identity,
    };
}
