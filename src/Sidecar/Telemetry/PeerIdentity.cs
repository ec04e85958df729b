using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Hosting;

namespace Mesh.Sidecar.Telemetry;

/// <summary>A workload as metrics name it. Immutable; label sets hold it by reference, so equal peers should be one object.</summary>
internal sealed record PeerIdentity(
    string Workload, string Namespace, string App, string Version, string CanonicalService, string CanonicalRevision, string Cluster)
{
    public const string Missing = "unknown";

    public static readonly PeerIdentity Unknown = new(Missing, Missing, Missing, Missing, Missing, "latest", Missing);

    public static PeerIdentity Of(SidecarOptions options)
    {
        var labels = options.Labels;
        var app = labels.GetValueOrDefault("app") ?? labels.GetValueOrDefault("app.kubernetes.io/name") ?? "";
        var version = labels.GetValueOrDefault("version") ?? labels.GetValueOrDefault("app.kubernetes.io/version") ?? "";
        return new PeerIdentity(options.WorkloadName, options.Namespace, OrMissing(app), OrMissing(version),
            labels.GetValueOrDefault("service.istio.io/canonical-name") ?? (app.Length > 0 ? app : options.WorkloadName),
            labels.GetValueOrDefault("service.istio.io/canonical-revision") ?? (version.Length > 0 ? version : "latest"), "Kubernetes");
    }

    /// <summary>Istio's endpoint metadata, <c>NAME;NAMESPACE;CANONICAL-NAME;CANONICAL-REVISION;CLUSTER</c>.</summary>
    public static PeerIdentity ParseEndpoint(string workload)
    {
        var parts = workload.Split(';');
        if (parts.Length < 5) return Unknown;
        // Istio's endpoint metadata has no app and version labels; the canonical pair stands for them, as in Istio's own stats filter.
        return new PeerIdentity(OrMissing(parts[0]), OrMissing(parts[1]), OrMissing(parts[2]), OrMissing(parts[3]), OrMissing(parts[2]),
            parts[3].Length > 0 ? parts[3] : "latest", OrMissing(parts[4]));
    }

    private static string OrMissing(string text) => text.Length > 0 ? text : Missing;
}

/// <summary>A service as metrics name it.</summary>
internal sealed record ServiceIdentity(string Host, string Name, string Namespace)
{
    public static readonly ServiceIdentity Unknown = new(PeerIdentity.Missing, PeerIdentity.Missing, PeerIdentity.Missing);

    /// <summary>Hosts that the mesh does not know, refused. Their names are the clients' to choose, so they are no labels.</summary>
    public static readonly ServiceIdentity BlackHole = Unknown with { Name = "BlackHoleCluster" };

    /// <summary>The same, let through.</summary>
    public static readonly ServiceIdentity Passthrough = Unknown with { Name = "PassthroughCluster" };
}

/// <summary>
/// Istio's peer metadata headers: a Struct, base64. What we send is built once; what we get is parsed once per distinct text, within
/// bounds, because any peer may send anything.
/// </summary>
internal sealed class PeerMetadata
{
    public const string Header = "x-envoy-peer-metadata";
    public const string IdHeader = "x-envoy-peer-metadata-id";
    private const int MaxHeaderLength = 8 * 1024;
    private const int MaxCached = 2048;

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, PeerIdentity> _parsed = new();

    public PeerMetadata(SidecarOptions options)
    {
        Own = PeerIdentity.Of(options);
        OwnId = options.NodeId;
        var labels = new Struct();
        foreach (var (key, value) in options.Labels) labels.Fields[key] = Value.ForString(value);
        labels.Fields["service.istio.io/canonical-name"] = Value.ForString(Own.CanonicalService);
        labels.Fields["service.istio.io/canonical-revision"] = Value.ForString(Own.CanonicalRevision);
        var metadata = new Struct
        {
            Fields =
            {
                ["NAME"] = Value.ForString(options.Name),
                ["NAMESPACE"] = Value.ForString(options.Namespace),
                ["WORKLOAD_NAME"] = Value.ForString(options.WorkloadName),
                ["CLUSTER_ID"] = Value.ForString(Own.Cluster),
                ["SERVICE_ACCOUNT"] = Value.ForString(options.ServiceAccount),
                ["LABELS"] = Value.ForStruct(labels),
            },
        };
        OwnHeader = Convert.ToBase64String(metadata.ToByteArray());
    }

    public PeerIdentity Own { get; }

    public string OwnHeader { get; }

    public string OwnId { get; }

    /// <summary>Who a header says the peer is; <see cref="PeerIdentity.Unknown"/> when it cannot be read.</summary>
    public PeerIdentity Parse(string header)
    {
        if (_parsed.TryGetValue(header, out var known)) return known;
        var peer = Read(header);
        // A full cache means hostile or very many peers: parse each time rather than grow.
        if (_parsed.Count < MaxCached) _parsed.TryAdd(header, peer);
        return peer;
    }

    private static PeerIdentity Read(string header)
    {
        if (header.Length > MaxHeaderLength) return PeerIdentity.Unknown;
        try
        {
            var metadata = Struct.Parser.ParseFrom(Convert.FromBase64String(header));
            var labels = metadata.Fields.GetValueOrDefault("LABELS")?.StructValue;
            var workload = Text(metadata, "WORKLOAD_NAME");
            var app = Text(labels, "app");
            var version = Text(labels, "version");
            return new PeerIdentity(workload, Text(metadata, "NAMESPACE"), app, version,
                Text(labels, "service.istio.io/canonical-name", app == PeerIdentity.Missing ? workload : app),
                Text(labels, "service.istio.io/canonical-revision", version == PeerIdentity.Missing ? "latest" : version),
                Text(metadata, "CLUSTER_ID"));
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            return PeerIdentity.Unknown;
        }
    }

    private static string Text(Struct? from, string key, string otherwise = PeerIdentity.Missing)
    {
        var value = from?.Fields.GetValueOrDefault(key)?.StringValue;
        return string.IsNullOrEmpty(value) ? otherwise : value;
    }
}
