using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mesh.Sidecar.Security;

/// <summary>Envoy's x-forwarded-client-cert element for a client that showed a certificate.</summary>
internal static class ClientDescription
{
    /// <summary>Null for a client without one.</summary>
    /// <param name="stream">The client's connection.</param>
    /// <param name="withCertificate">Whether the certificate itself is in it, too.</param>
    public static string? Of(SslStream stream, bool withCertificate)
    {
        if (stream.RemoteCertificate is not X509Certificate2 peer) return null;
        var text = new StringBuilder();
        if (stream.LocalCertificate is X509Certificate2 own && SubjectNames.Of(own).Uris is [var name, ..]) text.Append("By=").Append(name).Append(';');
        text.Append("Hash=").Append(peer.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant());
        if (withCertificate) text.Append(";Cert=\"").Append(Uri.EscapeDataString(peer.ExportCertificatePem() + "\n")).Append('"');
        text.Append(";Subject=\"").Append(peer.Subject.Replace("\\", "\\\\").Replace("\"", "\\\"")).Append('"');
        var names = SubjectNames.Of(peer);
        foreach (var uri in names.Uris) text.Append(";URI=").Append(uri);
        foreach (var dns in names.DnsNames) text.Append(";DNS=").Append(dns);
        return text.ToString();
    }
}
