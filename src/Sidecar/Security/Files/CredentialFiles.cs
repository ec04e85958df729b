namespace Mesh.Sidecar.Security.Files;

/// <summary>
/// Finds what certificates and authorities are called in configuration (Istio's names): <c>file-cert:CERTIFICATE~KEY</c>, <c>file-root:FILE</c>, and
/// <c>kubernetes://NAME</c> for a directory of that name below this machine's credentials, with the files that a mounted Secret has. Which of
/// several spellings is there is looked at in each handshake, so that a directory may appear, or change its form, at any time. Thread-safe.
/// </summary>
internal sealed class CredentialFiles(string directory, CertificateFiles files)
{
    private const string Credential = "kubernetes://";
    private const string FileCertificate = "file-cert:";
    private const string FileRoot = "file-root:";
    private const string CaSuffix = "-cacert";

    /// <summary>What files hold, shared with who names them by path.</summary>
    public CertificateFiles Files => files;

    /// <summary>Null for a name of none of these forms. The function throws <see cref="CertificateFileException"/> while there is nothing to use.</summary>
    public Func<KeyPairModel>? Certificate(string name)
    {
        if (name.StartsWith(FileCertificate, StringComparison.Ordinal) && name.IndexOf('~') is > 0 and var tilde)
            return files.KeyPair(name[FileCertificate.Length..tilde], name[(tilde + 1)..]).Current;
        if (!TryGetCredential(name, out var credential)) return null;
        if (directory.Length == 0) return () => throw NoDirectory(credential);
        var mounted = files.KeyPair(At(credential, "tls.crt"), At(credential, "tls.key"));
        var generic = files.KeyPair(At(credential, "cert"), At(credential, "key"));
        return () => (File.Exists(At(credential, "tls.crt")) || !File.Exists(At(credential, "cert")) ? mounted : generic).Current();
    }

    /// <summary>As <see cref="Certificate"/>, for authorities, with the revocation lists of <paramref name="crl"/> or of the file <c>ca.crl</c> beside them.</summary>
    public Func<TrustModel>? Authorities(string name, string? crl)
    {
        if (name.StartsWith(FileRoot, StringComparison.Ordinal)) return files.Roots(name[FileRoot.Length..], crl).Current;
        if (!TryGetCredential(name, out var credential)) return null;
        if (directory.Length == 0) return () => throw NoDirectory(credential);
        // A credential of its own for them comes before the one that has the server's certificate, too (Istio).
        var inServers = credential.EndsWith(CaSuffix, StringComparison.Ordinal) ? credential[..^CaSuffix.Length] : credential;
        (string Roots, string Lists)[] places =
            [.. new[] { credential, inServers }.Distinct(StringComparer.Ordinal).SelectMany(c => new[] { "ca.crt", "cacert" }.Select(f => (At(c, f), At(c, "ca.crl"))))];
        return () =>
        {
            var place = Array.Find(places, p => File.Exists(p.Roots));
            if (place.Roots is null) place = places[^2];
            return files.Roots(place.Roots, crl ?? (File.Exists(place.Lists) ? place.Lists : null)).Current();
        };
    }

    private string At(string credential, string file) => Path.Combine(directory, credential, file);

    // Nothing that leads out of the directory: names are for the mesh's users to write, files for the machine's.
    private static bool TryGetCredential(string name, out string credential)
    {
        credential = name.StartsWith(Credential, StringComparison.Ordinal) ? name[Credential.Length..] : "";
        return credential.Length > 0 && credential[0] != '.' && !credential.AsSpan().ContainsAny('/', '\\', '\0');
    }

    private static CertificateFileException NoDirectory(string credential) =>
        new($"credential '{credential}': this proxy was started without credentialsDirectory");
}
