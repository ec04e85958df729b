using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Snapshots;
using Mesh.Protocol.Delta;
using Mesh.Protocol.Model;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// The SDS secret <c>ROOTCA</c>: the roots that peers are verified by. It is the only secret served; proxies make their own key
/// and have it signed.
/// </summary>
internal static class TrustSecret
{
    public const string Name = "ROOTCA";

    public static DeltaResources From(TrustBundle bundle)
    {
        if (bundle.Roots.IsDefaultOrEmpty) return DeltaResources.Empty;
        var pem = string.Join('\n', bundle.Roots.Select(root => root.Trim())) + "\n";
        var secret = new Secret
        {
            Name = Name,
            ValidationContext = new CertificateValidationContext { TrustedCa = new DataSource { InlineString = pem } },
        };
        var body = Any.Pack(secret);
        var resource = new DeltaResource(Name, ContentVersion.Of(body.Value.Span), body);
        return new DeltaResources(new Dictionary<string, DeltaResource> { [Name] = resource });
    }
}
