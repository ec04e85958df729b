using System.Collections.Immutable;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Resources.Mesh;

/// <summary>Settings of single proxies (Istio's mesh ProxyConfig); read when a proxy starts.</summary>
public sealed record MeshProxyConfig
{
    private const string Envoy = "It is a setting of Envoy, which this mesh does not run.";
    private const string Started = "It is set where a proxy is started.";
    private const string Traced = "Requests are not traced yet.";

    /// <summary>Directory of the generated configuration.</summary>
    [NotEnforced(Stance.Ignore, Envoy)]
    public string ConfigPath { get; init; } = "";

    /// <summary>The proxy's program.</summary>
    [NotEnforced(Stance.Warn, Started)]
    public string BinaryPath { get; init; } = "";

    /// <summary>The name proxies call themselves.</summary>
    [OneOf("clusterName"), NotEnforced(Stance.Ignore, Envoy)]
    public string? ServiceCluster { get; init; }

    /// <summary>How proxies name their service in spans.</summary>
    [OneOf("clusterName"), NotEnforced(Stance.Warn, Traced)]
    public TracingServiceName? TracingServiceName { get; init; }

    /// <summary>How long connections are drained on a hot restart, at least 1 s; null: 45 s.</summary>
    [Duration(1000), NotEnforced(Stance.Ignore, Envoy)]
    public TimeSpan? DrainDuration { get; init; }

    /// <summary>How long the old process lives after a hot restart. Deprecated by Istio.</summary>
    [NotEnforced(Stance.Ignore, Envoy)]
    public TimeSpan? ParentShutdownDuration { get; init; }

    /// <summary>The control plane's address, <c>host:port</c>.</summary>
    [NotEnforced(Stance.Warn, Started)]
    public string DiscoveryAddress { get; init; } = "";

    /// <summary>Deprecated by Istio.</summary>
    [NotEnforced(Stance.Ignore, Envoy)]
    public TimeSpan? DiscoveryRefreshDelay { get; init; }

    /// <summary>Zipkin's address. Deprecated by Istio: use tracing.</summary>
    [NotEnforced(Stance.Warn, Traced)]
    public string ZipkinAddress { get; init; } = "";

    /// <summary>Where statsd packets go, <c>ip:port</c>.</summary>
    [NotEnforced(Stance.Warn, "Metrics are read from the proxy, not sent.")]
    public string StatsdUdpAddress { get; init; } = "";

    /// <summary>Deprecated by Istio.</summary>
    [NotEnforced(Stance.Warn, "Metrics are read from the proxy, not sent.")]
    public string EnvoyMetricsServiceAddress { get; init; } = "";

    /// <summary>The port of the admin interface; 0: 15000.</summary>
    [Range(0, 65535), NotEnforced(Stance.Warn, Started)]
    public int ProxyAdminPort { get; init; }

    /// <summary>Deprecated by Istio.</summary>
    [NotEnforced(Stance.Ignore, Envoy)]
    public string AvailabilityZone { get; init; } = "";

    /// <summary>How proxies authenticate to the control plane.</summary>
    [NotEnforced(Stance.Refuse, "Proxies always use mutual TLS or their agent's socket.", Except = ["MUTUAL_TLS"])]
    public ControlPlaneAuthPolicy? ControlPlaneAuthPolicy { get; init; }

    /// <summary>A configuration file instead of the control plane's.</summary>
    [NotEnforced(Stance.Refuse, Envoy)]
    public string CustomConfigFile { get; init; } = "";

    /// <summary>Characters of a statistic's name; 0: 189.</summary>
    [NotEnforced(Stance.Ignore, Envoy)]
    public int StatNameLength { get; init; }

    /// <summary>Threads of a proxy; 0: one for each core. Null: 2, or by the CPU limit.</summary>
    [Range(0, int.MaxValue), NotEnforced(Stance.Warn, Started)]
    public int? Concurrency { get; init; }

    /// <summary>A template of the bootstrap configuration.</summary>
    [NotEnforced(Stance.Refuse, Envoy)]
    public string ProxyBootstrapTemplatePath { get; init; } = "";

    /// <summary>How inbound connections come to the proxy.</summary>
    [NotEnforced(Stance.Warn, Started)]
    public InboundInterceptionMode InterceptionMode { get; init; }

    /// <summary>How requests are traced.</summary>
    [NotEnforced(Stance.Warn, Traced)]
    public MeshTracing? Tracing { get; init; }

    /// <summary>Deprecated by Istio.</summary>
    [NotEnforced(Stance.Ignore, Envoy)]
    public SdsSettings? Sds { get; init; }

    /// <summary>A gRPC service that takes access logs.</summary>
    [NotEnforced(Stance.Warn, "Access logs are not written yet.")]
    public RemoteService? EnvoyAccessLogService { get; init; }

    /// <summary>A gRPC service that takes metrics.</summary>
    [NotEnforced(Stance.Warn, "Metrics are read from the proxy, not sent.")]
    public RemoteService? EnvoyMetricsService { get; init; }

    /// <summary>Further variables of the proxy's environment.</summary>
    [NotEnforced(Stance.Warn, Started)]
    public ImmutableSortedDictionary<string, string> ProxyMetadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Envoy's runtime settings.</summary>
    [NotEnforced(Stance.Warn, Envoy)]
    public ImmutableSortedDictionary<string, string> RuntimeValues { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The agent's port for health and metrics; 0: 15020.</summary>
    [Range(0, 65535), NotEnforced(Stance.Warn, Started)]
    public int StatusPort { get; init; }

    /// <summary>Labels that metrics may have beside the standard ones.</summary>
    [NotEnforced(Stance.Warn, "Metrics have the standard labels.")]
    public ImmutableArray<string> ExtraStatTags { get; init; } = [];

    /// <summary>What stands in front of gateways.</summary>
    [NotEnforced(Stance.Refuse, "Gateways trust no proxy in front of them.")]
    public GatewayTopology? GatewayTopology { get; init; }

    /// <summary>How long connections may go on after the signal to end; null: 5 s.</summary>
    [NotEnforced(Stance.Warn, Started)]
    public TimeSpan? TerminationDrainDuration { get; init; }

    /// <summary>The mesh's name in telemetry.</summary>
    [NotEnforced(Stance.Warn, "Telemetry does not carry it.")]
    public string MeshId { get; init; } = "";

    /// <summary>How a machine's workload is probed.</summary>
    [NotEnforced(Stance.Warn, "How a workload is probed is said where it is registered.")]
    public ReadinessProbe? ReadinessProbe { get; init; }

    /// <summary>Envoy's statistics that are kept.</summary>
    [NotEnforced(Stance.Warn, Envoy)]
    public ProxyStatsMatcher? ProxyStatsMatcher { get; init; }

    /// <summary>Whether the application starts after its proxy is ready; null: no.</summary>
    [NotEnforced(Stance.Warn, Started)]
    public bool? HoldApplicationUntilProxyStarts { get; init; }

    /// <summary>Further root certificates, PEM, that workloads trust.</summary>
    [NotEnforced(Stance.Refuse, "Workloads trust the mesh's own roots only.")]
    public ImmutableArray<string> CaCertificatesPem { get; init; } = [];

    /// <summary>The proxy's container image.</summary>
    [NotEnforced(Stance.Warn, Started)]
    public ProxyImage? Image { get; init; }

    /// <summary>Hardware that signs with private keys.</summary>
    [NotEnforced(Stance.Warn, "Private keys are used in software.")]
    public PrivateKeyProvider? PrivateKeyProvider { get; init; }

    /// <summary>Headers that proxies add. Since Istio 1.19.</summary>
    [NotEnforced(Stance.Warn, "Proxies add their standard headers.")]
    public ProxyHeaders? ProxyHeaders { get; init; }

    /// <summary>How often access logs are written out; null: 1 s. Since Istio 1.26.</summary>
    [NotEnforced(Stance.Warn, "Access logs are not written yet.")]
    public TimeSpan? FileFlushInterval { get; init; }

    /// <summary>KiB after which access logs are written out; null: 64. Since Istio 1.26.</summary>
    [Range(0, uint.MaxValue), NotEnforced(Stance.Warn, "Access logs are not written yet.")]
    public long? FileFlushMinSizeKb { get; init; }

    /// <summary>Whether the metrics page is offered compressed; null: yes. Since Istio 1.24.</summary>
    [NotEnforced(Stance.Warn, "The metrics page is plain.")]
    public bool? StatsCompression { get; init; }
}

/// <summary>How proxies name their service in spans (Istio's ProxyConfig.TracingServiceName).</summary>
public enum TracingServiceName
{
    /// <summary>The label <c>app</c> and the namespace.</summary>
    AppLabelAndNamespace,

    /// <summary>The canonical name.</summary>
    CanonicalNameOnly,

    /// <summary>The canonical name and the namespace.</summary>
    CanonicalNameAndNamespace,
}

/// <summary>How proxies authenticate to the control plane (Istio's AuthenticationPolicy).</summary>
public enum ControlPlaneAuthPolicy
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Mutual TLS.</summary>
    MutualTls,

    /// <summary>As the wider scope says.</summary>
    Inherit = 1000,
}

/// <summary>How inbound connections come to a proxy (Istio's ProxyConfig.InboundInterceptionMode).</summary>
public enum InboundInterceptionMode
{
    /// <summary>Redirected, with the caller's address lost.</summary>
    Redirect,

    /// <summary>Redirected, with the caller's address kept.</summary>
    Tproxy,

    /// <summary>Not by itself.</summary>
    None,
}

/// <summary>Deprecated by Istio.</summary>
public sealed record SdsSettings
{
    /// <summary>Whether it is used.</summary>
    public bool Enabled { get; init; }

    /// <summary>The file with the token.</summary>
    [ApiName("k8sSaJwtPath")]
    public string K8sSaJwtPath { get; init; } = "";
}

/// <summary>A gRPC service.</summary>
public sealed record RemoteService
{
    /// <summary>Its address, <c>host:port</c>.</summary>
    public string Address { get; init; } = "";

    /// <summary>How it is reached; null: plain text.</summary>
    public ClientTlsSettings? TlsSettings { get; init; }

    /// <summary>TCP keep-alive probes.</summary>
    public TcpKeepalive? TcpKeepalive { get; init; }
}

/// <summary>Envoy's statistics that are kept.</summary>
public sealed record ProxyStatsMatcher
{
    /// <summary>By start of the name.</summary>
    public ImmutableArray<string> InclusionPrefixes { get; init; } = [];

    /// <summary>By end of the name.</summary>
    public ImmutableArray<string> InclusionSuffixes { get; init; } = [];

    /// <summary>By RE2 expression.</summary>
    public ImmutableArray<string> InclusionRegexps { get; init; } = [];
}

/// <summary>Hardware that signs with private keys; one kind.</summary>
public sealed record PrivateKeyProvider
{
    /// <summary>Intel's multi-buffer cryptography.</summary>
    [OneOf("provider")]
    public KeyProviderSettings? Cryptomb { get; init; }

    /// <summary>Intel's QuickAssist.</summary>
    [OneOf("provider")]
    public KeyProviderSettings? Qat { get; init; }
}

/// <summary>Settings of such hardware.</summary>
public sealed record KeyProviderSettings
{
    /// <summary>How long it waits for more work; above 0.</summary>
    [Required, Duration(0)]
    public TimeSpan? PollDelay { get; init; }

    /// <summary>Whether software does the work where it is missing; null: no.</summary>
    public bool? Fallback { get; init; }
}
