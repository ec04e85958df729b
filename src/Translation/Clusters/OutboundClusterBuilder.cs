using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Identity;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Snapshots;
using Mesh.Translation.Endpoints;
using Mesh.Translation.Indexing;
using Mesh.Translation.Security;
using Mesh.Translation.Wire;
using Percent = Envoy.Type.V3.Percent;
using OutlierDetection = Mesh.Core.Resources.Networking.OutlierDetection;
using HttpOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Translation.Clusters;

/// <summary>Builds the cluster of one port and subset of a service, for callers of one namespace.</summary>
internal static class OutboundClusterBuilder
{
    private const string HttpOptionsKey = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /// <param name="service">The service.</param>
    /// <param name="port">One of its ports.</param>
    /// <param name="subset">A subset's name; empty for the whole service.</param>
    /// <param name="policy">What its DestinationRule asks for.</param>
    /// <param name="labels">The subset's.</param>
    /// <param name="isPeakEwma">Whether its DestinationRule names that algorithm.</param>
    /// <param name="plan">Which endpoints the caller prefers for being near.</param>
    /// <param name="identities">SPIFFE IDs of its workloads, sorted.</param>
    /// <param name="settings">Mesh-wide defaults.</param>
    /// <param name="trustDomain">Where its workloads' identities live.</param>
    public static XdsCluster Build(
        ServiceModel service, ServicePortModel port, string subset, EffectivePolicy policy, ImmutableSortedDictionary<string, string> labels,
        bool isPeakEwma, LocalityPlan plan, ImmutableArray<string> identities,
        MeshSettings settings, string trustDomain)
    {
        var name = ClusterNames.Outbound(port.Number, subset, service.Host);
        var cluster = new XdsCluster
        {
            Name = name,
            Type = XdsCluster.Types.DiscoveryType.Eds,
            EdsClusterConfig = new XdsCluster.Types.EdsClusterConfig { EdsConfig = ConfigSources.Ads(), ServiceName = name },
            ConnectTimeout = Duration.FromTimeSpan(policy.ConnectionPool?.Tcp?.ConnectTimeout ?? settings.ConnectTimeout),
            CircuitBreakers = ConnectionPolicy.Breakers(policy.ConnectionPool, policy.RetryBudget),
            CommonLbConfig = Panic(policy.OutlierDetection),
            Metadata = ServiceMetadata.For(service, subset),
        };
        if (plan.IsWeighted) cluster.CommonLbConfig.LocalityWeightedLbConfig = new();
        if (plan.ZoneMinimum is { } minimum)
        {
            cluster.CommonLbConfig.ZoneAwareLbConfig = new() { MinClusterSize = (ulong)minimum };
            BalancingPolicy.Mark(cluster, "zone", Value.ForString(plan.Zone));
        }
        BalancingPolicy.Apply(cluster, policy.LoadBalancer, isPeakEwma);
        if (policy.OutlierDetection is { } outliers) cluster.OutlierDetection = OutlierPolicy.Translate(outliers);
        if (ConnectionPolicy.Keepalive(policy.ConnectionPool?.Tcp?.TcpKeepalive ?? settings.TcpKeepalive) is { } keepalive)
            cluster.UpstreamConnectionOptions = keepalive;
        if (HttpVersion(port.Protocol, policy.ConnectionPool) is { } options)
        {
            if (ConnectionPolicy.Common(policy.ConnectionPool) is { } common) options.CommonHttpProtocolOptions = common;
            if (OutlierPolicy.ErrorMatcher(policy.OutlierDetection) is { } matcher) options.OutlierDetection = matcher;
            if (OriginatedTls.ByHost(policy.Tls, service) is { } byHost) options.UpstreamHttpProtocolOptions = byHost;
            cluster.TypedExtensionProtocolOptions.Add(HttpOptionsKey, Packing.Pack(options));
        }
        Secure(cluster, service, port, subset, policy, identities, settings.AutoMutualTls, trustDomain);
        if (service.Entry is { } entry) EntryClusters.Apply(cluster, entry, service.Host, port, labels, BalancingPolicy.IsPassthrough(policy.LoadBalancer));
        return cluster;
    }

    /// <summary>The SPIFFE IDs of the workloads, each once, in order.</summary>
    public static ImmutableArray<string> Identities(IEnumerable<Workload> workloads, string trustDomain) =>
    [
        .. workloads.Where(w => w.HasSidecar)
            .Select(w => SpiffeId.ForWorkload(trustDomain, w.Id.Namespace, w.ServiceAccount).ToString())
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// Before the first workload is known its namespace is, so an endpoint that arrives ahead of the cluster's next version
    /// can still not be impersonated from elsewhere.
    /// </summary>
    private static IEnumerable<SubjectAltNameMatcher> Accepted(ServiceModel service, ImmutableArray<string> identities, string trustDomain) =>
        service.Entry is { SubjectAltNames.IsDefaultOrEmpty: false } entry ? entry.SubjectAltNames.Select(TlsContexts.Name)
            : identities.IsEmpty
            ? [TlsContexts.UriPrefix($"spiffe://{trustDomain}/ns/{service.Name.Namespace}/sa/")]
            : identities.Select(TlsContexts.Uri);

    private static void Secure(
        XdsCluster cluster, ServiceModel service, ServicePortModel port, string subset, EffectivePolicy policy, ImmutableArray<string> identities, bool automatic, string trustDomain)
    {
        if (policy.Tls?.Mode is ClientTlsMode.Simple or ClientTlsMode.Mutual)
        {
            cluster.TransportSocket = OriginatedTls.Build(policy.Tls, service, port.Protocol, policy.ConnectionPool?.Http);
            return;
        }

        if (policy.Tls is { Mode: ClientTlsMode.IstioMutual } explicitly) cluster.TransportSocket = Mutual(explicitly);
        else if (policy.Tls is null && automatic)
        {
            cluster.TransportSocketMatches.Add(Match("tlsMode-istio", Structs.Of("tlsMode", "istio"), Mutual(null)));
            cluster.TransportSocketMatches.Add(Match("tlsMode-disabled", new Struct(), TlsContexts.Plain()));
        }

        TransportSocket Mutual(ClientTlsSettings? own)
        {
            var accepted = own is { SubjectAltNames.IsDefaultOrEmpty: false } ? own.SubjectAltNames.Select(TlsContexts.Name) : Accepted(service, identities, trustDomain);
            var sni = own is { Sni.Length: > 0 } ? own.Sni : ClusterNames.Sni(port.Number, subset, service.Host);
            return TlsContexts.Upstream(sni, accepted, Alpn(port.Protocol, policy.ConnectionPool?.Http));
        }
    }

    private static XdsCluster.Types.TransportSocketMatch Match(string name, Struct match, TransportSocket socket) =>
        new() { Name = name, Match = match, TransportSocket = socket };

    /// <summary>
    /// A declared version is spoken whatever the request's is, unless the policy says otherwise; null for TCP, where there is none.
    /// </summary>
    private static HttpOptions? HttpVersion(PortProtocol protocol, ConnectionPoolSettings? pool)
    {
        if (!protocol.IsHttp()) return null;
        var isUpgraded = pool?.Http?.H2UpgradePolicy == H2UpgradePolicy.Upgrade;
        if (pool?.Http?.UseClientProtocol == true || (protocol == PortProtocol.Auto && !isUpgraded))
            return new HttpOptions
            {
                UseDownstreamProtocolConfig = new HttpOptions.Types.UseDownstreamHttpConfig
                {
                    HttpProtocolOptions = new Http1ProtocolOptions(),
                    Http2ProtocolOptions = ConnectionPolicy.Http2(pool),
                },
            };
        var config = new HttpOptions.Types.ExplicitHttpConfig();
        if (protocol.IsHttp2() || isUpgraded) config.Http2ProtocolOptions = ConnectionPolicy.Http2(pool);
        else config.HttpProtocolOptions = new Http1ProtocolOptions();
        return new HttpOptions { ExplicitHttpConfig = config };
    }

    private static string[] Alpn(PortProtocol protocol, HttpSettings? settings)
    {
        if (!protocol.IsHttp() || settings?.UseClientProtocol == true) return ["istio"];
        if (protocol.IsHttp2() || settings?.H2UpgradePolicy == H2UpgradePolicy.Upgrade) return ["istio-h2", "istio", "h2"];
        return protocol == PortProtocol.Http ? ["istio-http/1.1", "istio", "http/1.1"] : ["istio"];
    }

    /// <summary>
    /// Endpoints known to be ill get nothing, however few are left, unless a policy names a share below which they do: the caller's retry is
    /// better than a lost request.
    /// </summary>
    private static XdsCluster.Types.CommonLbConfig Panic(OutlierDetection? outliers) =>
        new() { HealthyPanicThreshold = new Percent { Value = outliers?.MinHealthPercent ?? 0 } };
}
