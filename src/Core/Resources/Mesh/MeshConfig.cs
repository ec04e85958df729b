using System.Collections.Immutable;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Resources.Mesh;

/// <summary>Settings of the whole mesh (mesh.dev MeshConfig); fields are named as in Istio's MeshConfig.</summary>
public sealed record MeshConfig
{
    private const string AccessLogs = "Access logs are not written yet.";
    private const string Ingress = "Ingress objects are not followed; `meshctl convert` makes Gateways and VirtualServices of them.";
    private const string Ports = "A proxy's ports are set where it is started.";

    /// <summary>The root of every identity; cannot change while the mesh lives. Empty: <c>cluster.local</c>.</summary>
    public string TrustDomain { get; init; } = "";

    /// <summary>Trust domains whose identities count as those of this mesh, for moving from one to another.</summary>
    [NotEnforced(Stance.Refuse, "Identities of other trust domains are not accepted yet.")]
    public ImmutableArray<string> TrustDomainAliases { get; init; } = [];

    /// <summary>Further root certificates that workloads trust.</summary>
    [NotEnforced(Stance.Refuse, "Workloads trust the mesh's own roots only.")]
    public ImmutableArray<CertificateData> CaCertificates { get; init; } = [];

    /// <summary>An external authority that signs workloads' certificates.</summary>
    [NotEnforced(Stance.Refuse, "The mesh signs certificates itself.")]
    public ExternalCa? Ca { get; init; }

    /// <summary>For HTTP routes that say nothing of retries; null: Istio's default, 2 attempts.</summary>
    public HttpRetry? DefaultHttpRetryPolicy { get; init; }

    /// <summary>
    /// Whether retries that no route asks for repeat requests of any method, as Istio's do. Default false: what may have reached the
    /// application is repeated only if its method is idempotent. Ours; not in Istio.
    /// </summary>
    public bool RetryAnyMethod { get; init; }

    /// <summary>
    /// Bytes of a request's body that workloads and gateways take, of gRPC those of one message; what is longer is answered with 413, or
    /// RESOURCE_EXHAUSTED. The annotation <c>mesh.dev/max-request-bytes</c> of a Service or Gateway says otherwise. Null: no limit. Ours; not in Istio.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? MaxRequestBytes { get; init; }

    /// <summary>What happens to requests for hosts the mesh does not know; null: refused.</summary>
    public OutboundTrafficPolicy? OutboundTrafficPolicy { get; init; }

    /// <summary>Which address of a workload its proxy hands requests to; null: the one it was registered with.</summary>
    [NotEnforced(Stance.Warn, "Proxies hand requests to the address a workload was registered with.")]
    public InboundTrafficPolicy? InboundTrafficPolicy { get; init; }

    /// <summary>Whether callers use mutual TLS without being told where the endpoint can; null: yes.</summary>
    public bool? EnableAutoMtls { get; init; }

    /// <summary>The namespace whose policies are for the whole mesh. Empty: <c>mesh-system</c>.</summary>
    public string RootNamespace { get; init; } = "";

    /// <summary>Who sees Services and ServiceEntries that do not say: <c>*</c> all, <c>.</c> their namespace, <c>~</c> nobody, or namespaces. Empty: all.</summary>
    [NotEnforced(Stance.Refuse, "Objects that do not say are seen by all namespaces; set exportTo on the objects.", Except = ["*"])]
    public ImmutableArray<string> DefaultServiceExportTo { get; init; } = [];

    /// <summary>As defaultServiceExportTo, for VirtualServices.</summary>
    [NotEnforced(Stance.Refuse, "Objects that do not say are seen by all namespaces; set exportTo on the objects.", Except = ["*"])]
    public ImmutableArray<string> DefaultVirtualServiceExportTo { get; init; } = [];

    /// <summary>As defaultServiceExportTo, for DestinationRules.</summary>
    [NotEnforced(Stance.Refuse, "Objects that do not say are seen by all namespaces; set exportTo on the objects.", Except = ["*"])]
    public ImmutableArray<string> DefaultDestinationRuleExportTo { get; init; } = [];

    /// <summary>Namespaces whose objects the mesh reads, by their labels; any of the selectors is enough. Empty: all.</summary>
    [NotEnforced(Stance.Warn, "Objects of all namespaces are read.")]
    public ImmutableArray<LabelSelector> DiscoverySelectors { get; init; } = [];

    /// <summary>For connections to endpoints, where no DestinationRule says otherwise, at least 1 ms; null: 10 s.</summary>
    [Duration(1)]
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>TCP keep-alive probes on connections to endpoints; null: none.</summary>
    public TcpKeepalive? TcpKeepalive { get; init; }

    /// <summary>Whether HTTP/1.1 between proxies becomes HTTP/2; null: it does not.</summary>
    [NotEnforced(Stance.Warn, "Connections between proxies choose HTTP/2 by what the port speaks.")]
    public H2Upgrade? H2UpgradePolicy { get; init; }

    /// <summary>How long a proxy waits for a connection's first bytes to tell what is spoken; 0 or null: without end.</summary>
    [NotEnforced(Stance.Warn, "What is spoken is told by the port's name, or by the first bytes, for which a proxy waits without end.")]
    public TimeSpan? ProtocolDetectionTimeout { get; init; }

    /// <summary>How often names of external services are resolved again; null: 60 s.</summary>
    [NotEnforced(Stance.Warn, "Names are resolved again when their DNS records expire.")]
    public TimeSpan? DnsRefreshRate { get; init; }

    /// <summary>Which endpoints are preferred by place, for Services without a DestinationRule that says.</summary>
    public LocalityLoadBalancerSetting? LocalityLbSetting { get; init; }

    /// <summary>How far paths are normalized before they are compared.</summary>
    public ProxyPathNormalization? PathNormalization { get; init; }

    /// <summary>Bounds of mutual TLS inside the mesh.</summary>
    [ApiName("meshMTLS")]
    [NotEnforced(Stance.Refuse, "Mutual TLS inside the mesh is TLS 1.3 only; there is nothing to set.")]
    public MeshTlsConfig? MeshMtls { get; init; }

    /// <summary>Bounds of all other TLS: gateways, and callers of external services. Since Istio 1.18.</summary>
    [NotEnforced(Stance.Refuse, "TLS at gateways and towards external services is not supported yet.")]
    public MeshTlsConfig? TlsDefaults { get; init; }

    /// <summary>A standard all TLS must follow: <c>fips-140-2</c> or <c>pqc</c>; empty: none. Since Istio 1.20.</summary>
    [NotEnforced(Stance.Refuse, "No such standard is claimed.")]
    public string CompliancePolicy { get; init; } = "";

    /// <summary>Whether callers verify certificates where a DestinationRule names no authorities; null: yes. Deprecated by Istio.</summary>
    [NotEnforced(Stance.Warn, "Certificates are always verified.")]
    public bool? VerifyCertificateAtClient { get; init; }

    /// <summary>The file access logs go to, such as <c>/dev/stdout</c>; empty: none are written.</summary>
    [NotEnforced(Stance.Warn, AccessLogs)]
    public string AccessLogFile { get; init; } = "";

    /// <summary>One line of the log, with Envoy's operators (<c>%RESPONSE_CODE%</c>), or a JSON map of them; empty: Istio's default.</summary>
    [NotEnforced(Stance.Warn, AccessLogs)]
    public string AccessLogFormat { get; init; } = "";

    /// <summary>Whether lines are text or JSON; null: TEXT.</summary>
    [NotEnforced(Stance.Warn, AccessLogs)]
    public AccessLogEncoding? AccessLogEncoding { get; init; }

    /// <summary>Whether logs also go to the access log service of defaultConfig.</summary>
    [NotEnforced(Stance.Warn, AccessLogs)]
    public bool EnableEnvoyAccessLogService { get; init; }

    /// <summary>Whether connections that match no listener are left out of the log.</summary>
    [NotEnforced(Stance.Warn, AccessLogs)]
    public bool DisableEnvoyListenerLog { get; init; }

    /// <summary>Whether spans and request ids are made.</summary>
    [NotEnforced(Stance.Warn, "Requests are not traced yet.")]
    public bool EnableTracing { get; init; }

    /// <summary>External authorizers, tracers, logs and metrics that other objects refer to by name.</summary>
    [NotEnforced(Stance.Warn, "No object that would use them is enforced yet.")]
    public ImmutableArray<ExtensionProvider> ExtensionProviders { get; init; } = [];

    /// <summary>Providers for objects that name none.</summary>
    [NotEnforced(Stance.Warn, "No object that would use them is enforced yet.")]
    public DefaultProviders? DefaultProviders { get; init; }

    /// <summary>Whether a proxy's metrics page has its application's metrics too; null: yes.</summary>
    [NotEnforced(Stance.Warn, "A proxy shows its own metrics only.")]
    public bool? EnablePrometheusMerge { get; init; }

    /// <summary>A pattern for the names of inbound statistics; empty: Istio's.</summary>
    [NotEnforced(Stance.Warn, "Names of statistics are fixed.")]
    public string InboundClusterStatName { get; init; } = "";

    /// <summary>A pattern for the names of outbound statistics; empty: Istio's.</summary>
    [NotEnforced(Stance.Warn, "Names of statistics are fixed.")]
    public string OutboundClusterStatName { get; init; } = "";

    /// <summary>Settings for some hosts.</summary>
    [NotEnforced(Stance.Warn, "A mesh is one cluster; all its endpoints are reachable.")]
    public ImmutableArray<ServiceSettings> ServiceSettings { get; init; } = [];

    /// <summary>Which Services are seen by other clusters. Since Istio 1.27.</summary>
    [NotEnforced(Stance.Warn, "A mesh is one cluster.")]
    public ImmutableArray<ServiceScopeConfig> ServiceScopeConfigs { get; init; } = [];

    /// <summary>Settings of proxies that do not have their own.</summary>
    public MeshProxyConfig? DefaultConfig { get; init; }

    /// <summary>Where else configuration comes from.</summary>
    [NotEnforced(Stance.Refuse, "Configuration comes from the API or from Kubernetes only.")]
    public ImmutableArray<ConfigSource> ConfigSources { get; init; } = [];

    /// <summary>Certificates for DNS names to be made. Deprecated by Istio.</summary>
    [NotEnforced(Stance.Refuse, "No certificates for DNS names are made; use cert-manager.")]
    public ImmutableArray<DnsCertificate> Certificates { get; init; } = [];

    /// <summary>The class of Ingress objects that are followed.</summary>
    [NotEnforced(Stance.Warn, Ingress)]
    public string IngressClass { get; init; } = "";

    /// <summary>The Service whose address Ingress objects show.</summary>
    [NotEnforced(Stance.Warn, Ingress)]
    public string IngressService { get; init; } = "";

    /// <summary>Which Ingress objects are followed.</summary>
    [NotEnforced(Stance.Warn, Ingress)]
    public IngressControllerMode IngressControllerMode { get; init; }

    /// <summary>The gateway that serves them: the value of its label <c>istio</c>.</summary>
    [NotEnforced(Stance.Warn, Ingress)]
    public string IngressSelector { get; init; } = "";

    /// <summary>The port proxies take outbound connections on; 0: 15001.</summary>
    [Range(0, 65535), NotEnforced(Stance.Warn, Ports)]
    public int ProxyListenPort { get; init; }

    /// <summary>The port proxies take inbound connections on; 0: 15006.</summary>
    [Range(0, 65535), NotEnforced(Stance.Warn, Ports)]
    public int ProxyInboundListenPort { get; init; }

    /// <summary>The port proxies take HTTP proxy requests on; 0: none.</summary>
    [Range(0, 65535), NotEnforced(Stance.Warn, Ports)]
    public int ProxyHttpPort { get; init; }
}

/// <summary>Providers for objects that name none.</summary>
public sealed record DefaultProviders
{
    /// <summary>For tracing.</summary>
    public ImmutableArray<string> Tracing { get; init; } = [];

    /// <summary>For metrics.</summary>
    public ImmutableArray<string> Metrics { get; init; } = [];

    /// <summary>For access logs.</summary>
    public ImmutableArray<string> AccessLogging { get; init; } = [];
}
