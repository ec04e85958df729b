using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Core.Identity;

namespace Mesh.NodeAgent.ControlPlane;

/// <summary>The agent's own certificate with its key, which never leaves this process's memory. Immutable.</summary>
internal sealed record AgentCertificate(SslStreamCertificateContext Context, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>
    /// Makes the certificate usable that a replica signed for <paramref name="key"/>, after checking that it is for this key,
    /// this agent and from a trusted root.
    /// </summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public static AgentCertificate FromChain(IReadOnlyList<string> pems, ECDsa key, SpiffeId expected, TrustAnchors anchors)
    {
        if (pems.Count == 0) throw new InvalidDataException("the answer holds no certificate");
        var certificates = new X509Certificate2Collection();
        foreach (var pem in pems) certificates.ImportFromPem(pem);
        var leaf = certificates[0];
        var intermediates = new X509Certificate2Collection(certificates.Skip(1).Where(c => c.Subject != c.Issuer).ToArray());
        CheckIdentity(leaf, key, expected);
        CheckChain(leaf, intermediates, anchors);
        var context = SslStreamCertificateContext.Create(leaf.CopyWithPrivateKey(key), intermediates, offline: true);
        return new AgentCertificate(context, leaf.NotBefore, leaf.NotAfter);
    }

    private static void CheckIdentity(X509Certificate2 leaf, ECDsa key, SpiffeId expected)
    {
        using var publicKey = leaf.GetECDsaPublicKey();
        if (publicKey is null || !publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            throw new InvalidDataException("the certificate is for another key");
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (names is null || !names.RawData.AsSpan().ContainsText(expected.ToString()))
            throw new InvalidDataException($"the certificate is not for {expected}");
    }

    private static void CheckChain(X509Certificate2 leaf, X509Certificate2Collection intermediates, TrustAnchors anchors)
    {
        using var chain = new X509Chain { ChainPolicy = anchors.ChainPolicy() };
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        if (!chain.Build(leaf))
            throw new InvalidDataException($"the certificate does not verify: {string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()))}");
    }
}

file static class SubjectAlternativeNames
{
    // .NET has no reader for URI names; they are IA5String, so their text stands in the DER as it is, after its length.
    public static bool ContainsText(this Span<byte> der, string text)
    {
        var needle = System.Text.Encoding.ASCII.GetBytes(text);
        var at = der.IndexOf(needle);
        const byte uriTag = 0x86;
        return at >= 2 && needle.Length < 128 && der[at - 1] == needle.Length && der[at - 2] == uriTag;
    }
}
