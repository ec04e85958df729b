using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Discovery;
using Mesh.Sidecar.Tests.Harness;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Tests.Discovery;

public sealed class EnforcedFieldsTests
{
    private static readonly Duration Second = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));

    public static TheoryData<IMessage, string> Unenforced => new()
    {
        { new HttpConnectionManager { RequestTimeout = Second }, "request_timeout" },
        { new HttpConnectionManager { MaxRequestHeadersKb = 8 }, "max_request_headers_kb" },
        { new HttpConnectionManager { Tracing = new() }, "tracing" },
        { new HttpConnectionManager { SetCurrentClientCertDetails = new() { Chain = true } }, "set_current_client_cert_details.chain" },
        { new Listener { FilterChains = { new FilterChain { FilterChainMatch = new FilterChainMatch { SourcePorts = { 1 } } } } },
            "filter_chains[0].filter_chain_match.source_ports" },
        { new Listener { TcpBacklogSize = 5 }, "tcp_backlog_size" },
        { Xds.Routes("r", Xds.To("a"), Xds.To("b", a => a.Priority = RoutingPriority.High)), "virtual_hosts[0].routes[1].route.priority" },
        { Xds.Routes("r", Xds.To("a", a => a.HedgePolicy = new HedgePolicy { InitialRequests = 2 })), "virtual_hosts[0].routes[0].route.hedge_policy" },
        { new XdsCluster { OutlierDetection = new() { SuccessfulActiveHealthCheckUnejectHost = false } }, "outlier_detection.successful_active_health_check_uneject_host" },
        { new XdsCluster { CircuitBreakers = new() { Thresholds = { new CircuitBreakers.Types.Thresholds { MaxConnectionPools = 1 } } } },
            "circuit_breakers.thresholds[0].max_connection_pools" },
        { new XdsCluster { Http2ProtocolOptions = new Http2ProtocolOptions { HpackTableSize = 3 } }, "http2_protocol_options.hpack_table_size" },
        { new DownstreamTlsContext { RequireSni = true }, "require_sni" },
        { new UpstreamTlsContext { CommonTlsContext = new() { TlsParams = new() { SignatureAlgorithms = { "x" } } } },
            "common_tls_context.tls_params.signature_algorithms" },
    };

    [Theory]
    [MemberData(nameof(Unenforced), DisableDiscoveryEnumeration = true)]
    public void Check_FieldWithoutEffect_IsRefusedByItsPath(IMessage message, string path)
    {
        var refused = Assert.Throws<InvalidResourceException>(() => EnforcedFields.Check(message));
        Assert.Equal($"{path} is not supported by this proxy", refused.Message);
    }

    [Fact]
    public void Check_WhatTestsAndAgentsSend_Passes()
    {
        EnforcedFields.Check(Xds.EdsCluster("a", mutualTls: true, "spiffe://cluster.local/ns/default/sa/a"));
        EnforcedFields.Check(Xds.Routes("r", Xds.To("a", a => a.Timeout = Second)));
        EnforcedFields.Check(Xds.Http("l", 80, "r"));
    }
}
