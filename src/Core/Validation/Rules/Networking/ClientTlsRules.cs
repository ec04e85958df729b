using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Which settings each mode of TLS towards endpoints needs and which it excludes.</summary>
internal static class ClientTlsRules
{
    public static void Check(ClientTlsSettings tls, RuleContext context)
    {
        switch (tls.Mode)
        {
            case ClientTlsMode.Disable:
                foreach (var field in AllFields(tls)) context.Field(field).Warn("ignored with mode DISABLE", "Remove it, or use SIMPLE or MUTUAL.");
                break;
            case ClientTlsMode.IstioMutual:
                foreach (var field in CertificateFields(tls)) context.Field(field).Warn("ignored with mode ISTIO_MUTUAL, which uses the mesh's certificates");
                if (tls.InsecureSkipVerify == true) context.Field("insecureSkipVerify").Warn("ignored with mode ISTIO_MUTUAL, which always verifies");
                break;
            default:
                CheckOwn(tls, context);
                break;
        }

        if (tls.Sni.Length > 0 && !Hosts.IsName(tls.Sni)) context.Field("sni").Error($"{Names.Quote(tls.Sni)} is not a DNS name");
        for (var i = 0; i < tls.SubjectAltNames.Length; i++)
            if (tls.SubjectAltNames[i].Length == 0) context.Field("subjectAltNames").Item(i).Error("must not be empty");
    }

    private static void CheckOwn(ClientTlsSettings tls, RuleContext context)
    {
        var isMutual = tls.Mode == ClientTlsMode.Mutual;
        if (tls.InsecureSkipVerify == true)
        {
            if (tls.CaCrl.Length > 0) context.Field("caCrl").Warn("ignored with insecureSkipVerify, which verifies nothing");
            if (tls.CaCertificates.Length > 0) context.Field("caCertificates").Conflict("cannot be combined with insecureSkipVerify, which verifies nothing");
            if (!tls.SubjectAltNames.IsEmpty) context.Field("subjectAltNames").Conflict("cannot be combined with insecureSkipVerify, which verifies nothing");
            if (!isMutual && tls.CredentialName.Length > 0) context.Field("credentialName").Conflict("cannot be combined with insecureSkipVerify, which verifies nothing");
        }

        if (tls.CredentialName.Length > 0)
        {
            foreach (var field in CertificateFields(tls).Where(f => f != "credentialName")) context.Field(field).Conflict("cannot be combined with credentialName", "Put it into the secret.");
            return;
        }

        if (isMutual && tls.ClientCertificate.Length == 0) context.Field("clientCertificate").Error("required with mode MUTUAL without credentialName");
        if (isMutual && tls.PrivateKey.Length == 0) context.Field("privateKey").Error("required with mode MUTUAL without credentialName");
        if (isMutual) return;
        if (tls.ClientCertificate.Length > 0) context.Field("clientCertificate").Warn("ignored with mode SIMPLE", "Use MUTUAL to show it.");
        if (tls.PrivateKey.Length > 0) context.Field("privateKey").Warn("ignored with mode SIMPLE", "Use MUTUAL to use it.");
    }

    private static IEnumerable<string> CertificateFields(ClientTlsSettings tls)
    {
        if (tls.ClientCertificate.Length > 0) yield return "clientCertificate";
        if (tls.PrivateKey.Length > 0) yield return "privateKey";
        if (tls.CaCertificates.Length > 0) yield return "caCertificates";
        if (tls.CaCrl.Length > 0) yield return "caCrl";
        if (tls.CredentialName.Length > 0) yield return "credentialName";
    }

    private static IEnumerable<string> AllFields(ClientTlsSettings tls)
    {
        foreach (var field in CertificateFields(tls)) yield return field;
        if (!tls.SubjectAltNames.IsEmpty) yield return "subjectAltNames";
        if (tls.Sni.Length > 0) yield return "sni";
    }
}
