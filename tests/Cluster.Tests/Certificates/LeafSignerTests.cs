using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Cluster.Certificates;
using Mesh.Core.Identity;

namespace Mesh.Cluster.Tests.Certificates;

public sealed class LeafSignerTests : IDisposable
{
    private static readonly SpiffeId Reviews = SpiffeId.ForWorkload("cluster.local", "default", "reviews");
    private readonly ManualTime _time = new();
    private readonly TestRoot _root;
    private readonly LeafSigner _signer;

    public LeafSignerTests()
    {
        _root = new TestRoot(_time);
        _signer = new LeafSigner(new IssuingAuthority("cluster-0", _root, _time), _time, TimeSpan.FromHours(24));
    }

    [Fact]
    public void Sign_GoodRequest_ChainsToTheRootWithTheCallersName()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var chain = Certificates(_signer.Sign(Csr(key), Reviews, null));
        var verifier = new PeerVerifier("cluster.local", _root.Certificate, _time);
        Assert.True(verifier.TryVerify(chain[0], [chain[1]], out var id));
        Assert.Equal(Reviews, id);
        Assert.Equal("", chain[0].Subject);
        Assert.Equal(_time.GetUtcNow().AddHours(24), chain[0].NotAfter.ToUniversalTime());
        Assert.Equal(_time.GetUtcNow().AddMinutes(-1), chain[0].NotBefore.ToUniversalTime());
        Assert.False(chain[0].Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(0, chain[1].Extensions.OfType<X509BasicConstraintsExtension>().Single().PathLengthConstraint);
    }

    [Fact]
    public void Sign_AgentCalledLikeTheReplicas_IsNotTakenForOne()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var agent = SpiffeId.ForAgent("cluster.local", ReplicaCertificate.DnsName);
        var leaf = Certificates(_signer.Sign(Csr(key), agent, null, "local"))[0];
        Assert.Equal("OU=local", leaf.Subject);
        Assert.False(leaf.MatchesHostname(ReplicaCertificate.DnsName));
    }

    [Fact]
    public void Sign_LongerThanAllowed_IsCapped()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var chain = Certificates(_signer.Sign(Csr(key), Reviews, TimeSpan.FromDays(365)));
        Assert.Equal(_time.GetUtcNow().AddHours(24), chain[0].NotAfter.ToUniversalTime());
    }

    [Fact]
    public void Sign_WeakOrOddKeys_AreRefused()
    {
        using var weak = RSA.Create(1024);
        var rsa = new CertificateRequest("CN=x", weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem();
        Assert.Throws<CryptographicException>(() => _signer.Sign(rsa, Reviews, null));
        using var odd = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        Assert.Throws<CryptographicException>(() => _signer.Sign(Csr(odd), Reviews, null));
    }

    [Fact]
    public void Sign_RequestSignedByAnotherKey_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = new CertificateRequest(new X500DistinguishedName("CN=x"), new PublicKey(key), HashAlgorithmName.SHA256)
            .CreateSigningRequestPem(X509SignatureGenerator.CreateForECDsa(other));
        Assert.Throws<CryptographicException>(() => _signer.Sign(forged, Reviews, null));
    }

    [Fact]
    public void Current_PastHalfOfItsLife_IsANewIssuer()
    {
        var authority = new IssuingAuthority("cluster-0", _root, _time);
        var first = authority.Current();
        Assert.Same(first, authority.Current());
        _time.Advance(TimeSpan.FromDays(4));
        Assert.NotSame(first, authority.Current());
    }

    [Fact]
    public void TryVerify_OtherRootOrTrustDomain_IsFalse()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var chain = Certificates(_signer.Sign(Csr(key), Reviews, null));
        using var otherRoot = new TestRoot(_time);
        Assert.False(new PeerVerifier("cluster.local", otherRoot.Certificate, _time).TryVerify(chain[0], [chain[1]], out _));
        Assert.False(new PeerVerifier("other.domain", _root.Certificate, _time).TryVerify(chain[0], [chain[1]], out _));
        _time.Advance(TimeSpan.FromDays(2));
        Assert.False(new PeerVerifier("cluster.local", _root.Certificate, _time).TryVerify(chain[0], [chain[1]], out _));
    }

    public void Dispose() => _root.Dispose();

    private static string Csr(ECDsa key) => new CertificateRequest("CN=admin", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    private static X509Certificate2[] Certificates(IEnumerable<string> chain) => [.. chain.Select(pem => X509Certificate2.CreateFromPem(pem))];
}
