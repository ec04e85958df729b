using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Snapshots;
using Mesh.Protocol.Delta;

namespace Mesh.Protocol.Model;

/// <summary>Between <see cref="TrustBundle"/> and its message; the resource is named after the trust domain.</summary>
public static class TrustBundleMapping
{
    public static V1.TrustBundle ToProto(this TrustBundle bundle)
    {
        var message = new V1.TrustBundle { TrustDomain = bundle.TrustDomain };
        message.RootPem.Add(bundle.Roots);
        return message;
    }

    public static DeltaResource ToResource(this TrustBundle bundle)
    {
        var body = Any.Pack(bundle.ToProto());
        return new DeltaResource(bundle.TrustDomain, ContentVersion.Of(body.Value.Span), body);
    }

    public static TrustBundle ToTrustBundle(this V1.TrustBundle message) => new(message.TrustDomain, [.. message.RootPem]);
}
