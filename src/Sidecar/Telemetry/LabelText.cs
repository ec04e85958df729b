using System.Text;

namespace Mesh.Sidecar.Telemetry;

/// <summary>Istio's standard labels in Prometheus' text form; built once a label set.</summary>
internal static class LabelText
{
    public static string Of(in RequestLabels labels)
    {
        var text = new StringBuilder(1024);
        Common(text, labels.IsInbound, labels.Source, labels.Destination, labels.Service, labels.SourcePrincipal, labels.DestinationPrincipal);
        Label(text, "request_protocol", labels.IsGrpc ? "grpc" : "http");
        Label(text, "response_code", labels.Code.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Label(text, "grpc_response_status", labels.GrpcStatus < 0 ? "" : labels.GrpcStatus.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Label(text, "response_flags", labels.Flag);
        Security(text, labels.IsInbound, labels.IsMutualTls);
        return text.ToString();
    }

    public static string Of(in TcpLabels labels)
    {
        var text = new StringBuilder(1024);
        Common(text, labels.IsInbound, labels.Source, labels.Destination, labels.Service, labels.SourcePrincipal, labels.DestinationPrincipal);
        Label(text, "request_protocol", "tcp");
        Label(text, "response_flags", labels.Flag);
        Security(text, labels.IsInbound, labels.IsMutualTls);
        return text.ToString();
    }

    private static void Common(StringBuilder text, bool isInbound, PeerIdentity source, PeerIdentity destination, ServiceIdentity service,
        string? sourcePrincipal, string? destinationPrincipal)
    {
        Label(text, "reporter", isInbound ? "destination" : "source");
        Peer(text, "source", source, sourcePrincipal);
        Peer(text, "destination", destination, destinationPrincipal);
        Label(text, "destination_service", service.Host);
        Label(text, "destination_service_name", service.Name);
        Label(text, "destination_service_namespace", service.Namespace);
    }

    private static void Peer(StringBuilder text, string side, PeerIdentity peer, string? principal)
    {
        Label(text, side + "_workload", peer.Workload);
        Label(text, side + "_workload_namespace", peer.Namespace);
        Label(text, side + "_principal", principal ?? PeerIdentity.Missing);
        Label(text, side + "_app", peer.App);
        Label(text, side + "_version", peer.Version);
        Label(text, side + "_canonical_service", peer.CanonicalService);
        Label(text, side + "_canonical_revision", peer.CanonicalRevision);
        Label(text, side + "_cluster", peer.Cluster);
    }

    // Istio: only the destination knows what it accepted; the source says unknown.
    private static void Security(StringBuilder text, bool isInbound, bool isMutualTls) =>
        Label(text, "connection_security_policy", isInbound ? isMutualTls ? "mutual_tls" : "none" : PeerIdentity.Missing);

    private static void Label(StringBuilder text, string name, string value)
    {
        if (text.Length > 0) text.Append(',');
        text.Append(name).Append("=\"");
        foreach (var c in value)
        {
            if (c is '\\' or '"') text.Append('\\').Append(c);
            else if (c == '\n') text.Append("\\n");
            else text.Append(c);
        }
        text.Append('"');
    }
}
