using AkkaConfig = Akka.Configuration.Config;

namespace Mesh.Cluster.Membership.Remoting;

/// <summary>The section <c>akka.remote.tls</c>; what each means is in hocon/base.conf.</summary>
internal sealed record TlsTransportOptions(string Hostname, string PublicHostname, int Port, int MaximumFrameBytes, long MaximumPendingBytes, TimeSpan HandshakeTimeout)
{
    public static TlsTransportOptions Read(AkkaConfig section, AkkaConfig root) => new(
        section.GetString("hostname"),
        section.GetString("public-hostname"),
        section.GetInt("port"),
        (int)section.GetByteSize("maximum-frame-size")!.Value,
        section.GetByteSize("maximum-pending-size")!.Value,
        root.GetTimeSpan("akka.remote.handshake-timeout"));
}
