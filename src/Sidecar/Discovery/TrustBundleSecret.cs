using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads the trust bundle, the only secret that comes by discovery.</summary>
internal static class TrustBundleSecret
{
    public static X509Certificate2Collection Decode(ByteString source)
    {
        var secret = Secret.Parser.ParseFrom(source);
        var ca = secret.ValidationContext?.TrustedCa ?? throw new InvalidResourceException("no trusted_ca");
        var pem = ca.SpecifierCase == DataSource.SpecifierOneofCase.InlineString ? ca.InlineString : ca.InlineBytes.ToStringUtf8();
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new InvalidResourceException($"trusted_ca: {e.Message}");
        }
        return roots.Count > 0 ? roots : throw new InvalidResourceException("trusted_ca holds no certificate");
    }
}
