using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Which settings each mode of TLS at a gateway needs and which it excludes.</summary>
internal static class ServerTlsRules
{
    /// <summary>BoringSSL's certificates of different key types: one RSA, one ECDSA.</summary>
    private const int MaxCertificates = 2;

    private const int HashBytes = 32;

    private static readonly FrozenSet<string> CipherSuites = FrozenSet.ToFrozenSet(
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA", "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA", "DES-CBC3-SHA",
    ]);

    public static void Check(ServerTlsSettings tls, RuleContext context)
    {
        CheckVersions(tls, context);
        CheckCipherSuites(tls.CipherSuites, context.Field("cipherSuites"));
        CheckHashes(tls, context);
        CheckSources(tls, context);
        CheckName(tls.CredentialName, context.Field("credentialName"));
        CheckName(tls.CaCertCredentialName, context.Field("caCertCredentialName"));
        switch (tls.Mode)
        {
            case ServerTlsMode.IstioMutual:
                foreach (var field in CertificateFields(tls)) context.Field(field).Error("must not be set with mode ISTIO_MUTUAL, which uses the mesh's certificates");
                foreach (var field in Parameters(tls)) context.Field(field).Warn("ignored: with mode ISTIO_MUTUAL the mesh's own TLS is spoken", "Leave it out.");
                break;
            case ServerTlsMode.Passthrough or ServerTlsMode.AutoPassthrough:
                foreach (var field in CertificateFields(tls)) context.Field(field).Warn($"ignored: with mode {Word(tls.Mode)} the gateway does not open TLS");
                break;
            default:
                CheckTermination(tls, context);
                break;
        }

        if (tls.Mode is not (ServerTlsMode.Passthrough or ServerTlsMode.AutoPassthrough or ServerTlsMode.Simple)) return;
        foreach (var (field, given) in ((string, bool)[])[("subjectAltNames", !tls.SubjectAltNames.IsEmpty), ("verifyCertificateSpki", !tls.VerifyCertificateSpki.IsEmpty), ("verifyCertificateHash", !tls.VerifyCertificateHash.IsEmpty)])
            if (given) context.Field(field).Warn($"ignored: clients show no certificate with mode {Word(tls.Mode)}", "Use MUTUAL.");
    }

    public static bool HasCertificates(ServerTlsSettings tls) => CertificateFields(tls).Any();

    private static void CheckTermination(ServerTlsSettings tls, RuleContext context)
    {
        var verifies = tls.Mode is not ServerTlsMode.Simple;
        var mode = Word(tls.Mode);
        if (tls.CredentialName.Length > 0 || !tls.CredentialNames.IsEmpty)
        {
            if (tls.CaCrl.Length > 0) context.Field("caCrl").Conflict("cannot be combined with a credential", "Put the list beside the authorities, as ca.crl.");
            foreach (var field in CertificateFields(tls).Where(f => f is "serverCertificate" or "privateKey" or "caCertificates")) context.Field(field).Warn("ignored: the credential is used", "Keep one of the two.");
            return;
        }

        if (tls.TlsCertificates.IsEmpty)
        {
            if (tls.ServerCertificate.Length == 0) context.Field("serverCertificate").Error($"required with mode {mode} without credentialName");
            if (tls.PrivateKey.Length == 0) context.Field("privateKey").Error($"required with mode {mode} without credentialName");
        }

        if (verifies && tls is { CaCertificates: "", CaCertCredentialName: "" }) context.Field("caCertificates").Error($"required with mode {mode} without credentialName");
        if (!verifies && tls.CaCrl.Length > 0) context.Field("caCrl").Error("clients show no certificate with mode SIMPLE", "Use MUTUAL, or remove it.");
    }

    private static void CheckSources(ServerTlsSettings tls, RuleContext context)
    {
        List<string> sources = [];
        if (tls.CredentialName.Length > 0) sources.Add("credentialName");
        if (!tls.CredentialNames.IsEmpty) sources.Add("credentialNames");
        if (!tls.TlsCertificates.IsEmpty) sources.Add("tlsCertificates");
        if (sources.Count > 1) context.Conflict($"only one of {string.Join(", ", sources)} may be set");
        if (!tls.TlsCertificates.IsEmpty && tls is not { ServerCertificate: "", PrivateKey: "" }) context.Field("tlsCertificates").Conflict("cannot be combined with serverCertificate and privateKey", "List all certificates here.");
        if (tls.CredentialNames.Length > MaxCertificates) context.Field("credentialNames").Conflict($"more than {MaxCertificates} certificates", "One for RSA and one for ECDSA keys can be told apart.");
        if (tls.TlsCertificates.Length > MaxCertificates) context.Field("tlsCertificates").Conflict($"more than {MaxCertificates} certificates", "One for RSA and one for ECDSA keys can be told apart.");
        for (var i = 0; i < tls.CredentialNames.Length; i++)
            if (tls.CredentialNames[i].Length == 0) context.Field("credentialNames").Item(i).Error("must not be empty");
            else CheckName(tls.CredentialNames[i], context.Field("credentialNames").Item(i));
        for (var i = 0; i < tls.TlsCertificates.Length; i++) CheckCertificate(tls.TlsCertificates[i], context.Field("tlsCertificates").Item(i));
    }

    // It is a directory on the gateway's machine: nothing that leads out of the one it is in.
    private static void CheckName(string name, RuleContext at)
    {
        if (name.Length > 0 && !Names.IsDns1123Subdomain(name)) at.Error($"{Names.Quote(name)} is not a name", "Use lower case letters, digits, '-' and '.'; it is a directory beside the others of the gateway.");
    }

    private static void CheckCertificate(TlsCertificate certificate, RuleContext context)
    {
        if (certificate.ServerCertificate.Length == 0) context.Field("serverCertificate").Error("required");
        if (certificate.PrivateKey.Length == 0) context.Field("privateKey").Error("required");
        if (certificate.CaCertificates.Length > 0) context.Field("caCertificates").Warn("ignored", "Clients are verified against caCertificates of the settings.");
    }

    private static void CheckVersions(ServerTlsSettings tls, RuleContext context)
    {
        var newest = tls.MaxProtocolVersion == TlsProtocol.TlsAuto ? TlsProtocol.Tls13 : tls.MaxProtocolVersion;
        if (tls.MinProtocolVersion > newest) context.Field("minProtocolVersion").Error("newer than maxProtocolVersion");
        if (tls.MinProtocolVersion is TlsProtocol.Tls10 or TlsProtocol.Tls11) context.Field("minProtocolVersion").Warn("TLS before 1.2 is not spoken (RFC 8996): clients that know nothing newer are refused");
        if (newest < TlsProtocol.Tls12) context.Field("maxProtocolVersion").Error("TLS before 1.2 is not spoken (RFC 8996)", "Use TLSV1_2 or TLSV1_3, or leave it out.");
    }

    private static void CheckCipherSuites(ImmutableArray<string> suites, RuleContext context)
    {
        for (var i = 0; i < suites.Length; i++)
        {
            // "ALL" and operators ("-SHA1", "[A|B]") are expressions of OpenSSL that nothing here reads.
            var isExpression = suites[i].Length > 0 && (suites[i] == "ALL" || !char.IsAsciiLetterOrDigit(suites[i][0]));
            if (!isExpression && !CipherSuites.Contains(suites[i])) context.Item(i).Warn($"ignored: unknown cipher suite {Names.Quote(suites[i])}", $"Use OpenSSL's names, such as {CipherSuites.Items[0]}.");
            else if (suites.IndexOf(suites[i]) < i) context.Item(i).Warn($"ignored: {suites[i]} is given twice");
        }
    }

    private static void CheckHashes(ServerTlsSettings tls, RuleContext context)
    {
        Span<byte> buffer = stackalloc byte[HashBytes];
        for (var i = 0; i < tls.VerifyCertificateSpki.Length; i++)
            if (!Convert.TryFromBase64String(tls.VerifyCertificateSpki[i], buffer, out var length) || length != HashBytes)
                context.Field("verifyCertificateSpki").Item(i).Error("is not a SHA-256 hash in base64");
        for (var i = 0; i < tls.VerifyCertificateHash.Length; i++)
        {
            var text = tls.VerifyCertificateHash[i];
            var digits = text.Replace(":", "", StringComparison.Ordinal);
            if (digits.Length != 2 * HashBytes || !digits.All(char.IsAsciiHexDigit) || text.Length is not (64 or 95))
                context.Field("verifyCertificateHash").Item(i).Error("is not a SHA-256 hash in hexadecimal, with or without colons between the bytes");
        }
    }

    private static IEnumerable<string> CertificateFields(ServerTlsSettings tls)
    {
        if (tls.ServerCertificate.Length > 0) yield return "serverCertificate";
        if (tls.PrivateKey.Length > 0) yield return "privateKey";
        if (tls.CaCertificates.Length > 0) yield return "caCertificates";
        if (tls.CaCrl.Length > 0) yield return "caCrl";
        if (tls.CredentialName.Length > 0) yield return "credentialName";
        if (!tls.CredentialNames.IsEmpty) yield return "credentialNames";
        if (tls.CaCertCredentialName.Length > 0) yield return "caCertCredentialName";
        if (!tls.TlsCertificates.IsEmpty) yield return "tlsCertificates";
    }

    private static IEnumerable<string> Parameters(ServerTlsSettings tls)
    {
        if (tls.MinProtocolVersion != TlsProtocol.TlsAuto) yield return "minProtocolVersion";
        if (tls.MaxProtocolVersion != TlsProtocol.TlsAuto) yield return "maxProtocolVersion";
        if (!tls.CipherSuites.IsEmpty) yield return "cipherSuites";
        if (!tls.VerifyCertificateSpki.IsEmpty) yield return "verifyCertificateSpki";
        if (!tls.VerifyCertificateHash.IsEmpty) yield return "verifyCertificateHash";
    }

    private static string Word(ServerTlsMode mode) => Fields.FieldNames.UpperSnakeCase(mode.ToString());
}
