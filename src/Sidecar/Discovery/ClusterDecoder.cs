using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Names;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Telemetry;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Discovery;

/// <summary>An xDS cluster taken apart: the settings, the choice of transport per endpoint, and the endpoints of a static one.</summary>
internal sealed record DecodedCluster(
    UpstreamConfigModel Config, IReadOnlyList<TransportChoice> Transports, Envoy.Config.Endpoint.V3.ClusterLoadAssignment? Static, NamesModel? Names);

/// <summary>One of <c>transport_socket_matches</c>; <see cref="Tls"/> null is plain text.</summary>
internal sealed record TransportChoice(Struct? Match, UpstreamTlsModel? Tls)
{
    /// <summary>Plain text for all.</summary>
    public static readonly TransportChoice Plain = new(null, null);
}

/// <summary>Reads clusters; throws <see cref="InvalidResourceException"/> for what would not be enforced.</summary>
internal static class ClusterDecoder
{
    public static DecodedCluster Decode(XdsCluster cluster, SharedParts shared, CertificateFiles files)
    {
        EnforcedFields.Check(cluster);
        var isEds = cluster.Type == XdsCluster.Types.DiscoveryType.Eds;
        var thresholds = Thresholds(cluster);
        var options = Options(cluster);
        var transports = TransportsOf(cluster, shared, files, options?.UpstreamHttpProtocolOptions);
        var config = new UpstreamConfigModel
        {
            Name = cluster.Name,
            Balancer = BalancingDecoder.Balancer(cluster),
            Choices = (int)Math.Clamp(cluster.LeastRequestLbConfig?.ChoiceCount ?? 2, 2, 16),
            Hashing = shared.Share(BalancingDecoder.Hashing(cluster)),
            Warmup = BalancingDecoder.Warmup(cluster),
            UsesLocalityWeights = cluster.CommonLbConfig?.LocalityWeightedLbConfig is not null,
            Zones = BalancingDecoder.Zones(cluster, shared.Peers),
            FailsInPanic = cluster.CommonLbConfig?.ZoneAwareLbConfig?.FailTrafficOnPanic == true,
            Outliers = OutlierDecoder.Decode(cluster, options),
            Protocol = ProtocolOf(cluster, options),
            Connection = shared.Share(ConnectionDecoder.Decode(cluster, options, Limit(thresholds?.MaxConnections))),
            Service = cluster.Type == XdsCluster.Types.DiscoveryType.OriginalDst ? ServiceIdentity.Passthrough : ServiceOf(cluster.Metadata, shared),
            EdsName = isEds ? cluster.EdsClusterConfig?.ServiceName is { Length: > 0 } name && name != cluster.Name ? name : cluster.Name : null,
            PanicThreshold = cluster.CommonLbConfig is { HealthyPanicThreshold: { } panic } ? panic.Value : 50,
            MaxRequests = Limit(thresholds?.MaxRequests),
            MaxPending = Limit(thresholds?.MaxPendingRequests),
            MaxRetries = Limit(thresholds?.MaxRetries),
            RetryBudget = thresholds?.RetryBudget is { } budget ? Budget(budget) : null,
            Tls = transports[^1].Tls,
            IsPassthrough = cluster.Type == XdsCluster.Types.DiscoveryType.OriginalDst,
        };
        return new DecodedCluster(config, transports, isEds ? null : cluster.LoadAssignment ?? new(), NamesOf(cluster));
    }

    private static NamesModel? NamesOf(XdsCluster cluster)
    {
        if (cluster.Type is not (XdsCluster.Types.DiscoveryType.StrictDns or XdsCluster.Types.DiscoveryType.LogicalDns)) return null;
        foreach (var endpoint in cluster.LoadAssignment?.Endpoints.SelectMany(l => l.LbEndpoints) ?? [])
            if (endpoint.Endpoint?.Address?.SocketAddress is not { Address.Length: > 0, PortValue: <= 65535 })
                throw new InvalidResourceException("an endpoint without a name or address and port to look up");
        var families = cluster.DnsLookupFamily switch
        {
            XdsCluster.Types.DnsLookupFamily.V4Only => AddressFamilies.OnlyIPv4,
            XdsCluster.Types.DnsLookupFamily.V6Only => AddressFamilies.OnlyIPv6,
            XdsCluster.Types.DnsLookupFamily.All => AddressFamilies.All,
            XdsCluster.Types.DnsLookupFamily.V4Preferred => AddressFamilies.PreferIPv4,
            // Envoy would take IPv6 addresses first, which a machine without IPv6 cannot use.
            _ => AddressFamilies.PreferIPv4,
        };
        var refresh = cluster.DnsRefreshRate?.ToTimeSpan() is { Ticks: > 0 } rate ? rate : NamesModel.DefaultRefresh;
        return new NamesModel(cluster.Type == XdsCluster.Types.DiscoveryType.LogicalDns, families, refresh);
    }

    private static CircuitBreakers.Types.Thresholds? Thresholds(XdsCluster cluster)
    {
        CircuitBreakers.Types.Thresholds? found = null;
        if (cluster.CircuitBreakers is null) return null;
        foreach (var thresholds in cluster.CircuitBreakers.Thresholds)
        {
            InvalidResourceException.ThrowIf(thresholds.Priority != RoutingPriority.Default, "circuit_breakers priority HIGH");
            found = thresholds;
        }
        return found;
    }

    private static RetryBudgetModel Budget(CircuitBreakers.Types.Thresholds.Types.RetryBudget budget) =>
        new(budget.BudgetPercent?.Value ?? 20, (int)Math.Min(budget.MinRetryConcurrency ?? 3, int.MaxValue))
        {
            Interval = budget.BudgetInterval?.ToTimeSpan() is { Ticks: > 0 } interval ? interval : TimeSpan.Zero,
        };

    public static int Limit(uint? value) => value is null or > int.MaxValue ? int.MaxValue : (int)value;

    private static HttpProtocolOptions? Options(XdsCluster cluster)
    {
        foreach (var (_, any) in cluster.TypedExtensionProtocolOptions)
        {
            if (any.TypeUrl != TypeUrls.HttpProtocolOptions) throw InvalidResourceException.Unsupported(any.TypeUrl);
            var options = HttpProtocolOptions.Parser.ParseFrom(any.Value);
            EnforcedFields.Check(options);
            return options;
        }
        return null;
    }

    private static UpstreamProtocol ProtocolOf(XdsCluster cluster, HttpProtocolOptions? options)
    {
        if (options is null) return cluster.Http2ProtocolOptions is null ? UpstreamProtocol.Http1 : UpstreamProtocol.Http2;
        return options.UpstreamProtocolOptionsCase switch
        {
            HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.ExplicitHttpConfig =>
                options.ExplicitHttpConfig.Http2ProtocolOptions is not null ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1,
            HttpProtocolOptions.UpstreamProtocolOptionsOneofCase.AutoConfig => throw InvalidResourceException.Unsupported("auto_config"),
            _ => UpstreamProtocol.Downstream,
        };
    }

    private static TransportChoice[] TransportsOf(XdsCluster cluster, SharedParts shared, CertificateFiles files, UpstreamHttpProtocolOptions? http)
    {
        var choices = new TransportChoice[cluster.TransportSocketMatches.Count + 1];
        for (var i = 0; i < choices.Length - 1; i++)
        {
            var match = cluster.TransportSocketMatches[i];
            choices[i] = new TransportChoice(match.Match is null ? null : shared.Share(match.Match), TlsDecoder.Upstream(match.TransportSocket, files, http));
        }
        choices[^1] = TlsDecoder.Upstream(cluster.TransportSocket, files, http) is { } tls ? new TransportChoice(null, tls) : TransportChoice.Plain;
        return choices;
    }

    private static ServiceIdentity ServiceOf(Metadata? metadata, SharedParts shared)
    {
        if (metadata is null || !metadata.FilterMetadata.TryGetValue("istio", out var istio) || !istio.Fields.TryGetValue("services", out var services)
            || services.ListValue is not { Values.Count: > 0 } list || list.Values[0].StructValue is not { } service) return ServiceIdentity.Unknown;
        return new ServiceIdentity(Text(service, "host"), Text(service, "name"), shared.Share(Text(service, "namespace")));
    }

    private static string Text(Struct from, string key) =>
        from.Fields.TryGetValue(key, out var value) && value.StringValue is { Length: > 0 } text ? text : PeerIdentity.Missing;
}
