using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mesh.Sidecar.Security.Revocation;

namespace Mesh.Sidecar.Security.Files;

/// <summary>
/// Certificates, keys, roots and revocation lists in PEM files of this machine: what names the same files shares what was read of them, as long as anybody
/// holds it. Safe for use from many threads.
/// </summary>
internal sealed class CertificateFiles(TimeProvider time, ILogger log)
{
    // Beyond this many entries those that nobody holds any more are looked for.
    private const int PruneAt = 64;

    private readonly ConcurrentDictionary<(string, string), WeakReference<FileMaterial<KeyPairModel>>> _pairs = new();
    private readonly ConcurrentDictionary<(string, string), WeakReference<FileMaterial<TrustModel>>> _roots = new();

    private readonly ConcurrentDictionary<(string, string), WeakReference<FileMaterial<RevocationLists>>> _lists = new();

    /// <summary>A chain, leaf first, and the leaf's private key; <paramref name="key"/> may be the same file.</summary>
    public FileMaterial<KeyPairModel> KeyPair(string chain, string key) =>
        Shared(_pairs, (chain, key), () => new([chain, key], static texts => KeyPairModel.Parse(texts[0], texts[1]), time, log));

    /// <summary>Roots, and the revocation lists that go with them if there is a file of such.</summary>
    public FileMaterial<TrustModel> Roots(string roots, string? crl = null) =>
        Shared(_roots, (roots, crl ?? ""), () => new(crl is null ? [roots] : [roots, crl], ReadRoots, time, log));

    /// <summary>Revocation lists alone, for roots that are in no file of ours.</summary>
    public FileMaterial<RevocationLists> Revocations(string crl) =>
        Shared(_lists, (crl, ""), () => new([crl], static texts => RevocationLists.Parse(texts[0]), time, log));

    private static TrustModel ReadRoots(IReadOnlyList<string> texts)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(texts[0]);
        if (roots.Count == 0) throw new CryptographicException("no certificate in it");
        return new TrustModel(roots) { Revocations = texts.Count > 1 ? RevocationLists.Parse(texts[1]) : null };
    }

    private static FileMaterial<T> Shared<T>(
        ConcurrentDictionary<(string, string), WeakReference<FileMaterial<T>>> all, (string, string) key, Func<FileMaterial<T>> make)
        where T : class
    {
        if (all.TryGetValue(key, out var known) && known.TryGetTarget(out var material)) return material;
        if (all.Count >= PruneAt)
            foreach (var (other, reference) in all)
                if (!reference.TryGetTarget(out _)) all.TryRemove(KeyValuePair.Create(other, reference));
        material = make();
        all[key] = new WeakReference<FileMaterial<T>>(material);
        return material;
    }
}
