using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>Short ways to write the resources that an agent sends.</summary>
internal static class Xds
{
    public static Any Pack(string typeUrl, IMessage message) => new() { TypeUrl = typeUrl, Value = message.ToByteString() };

    public static Address At(int port, string address = "127.0.0.1") =>
        new() { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };

    public static XdsCluster EdsCluster(string name, bool mutualTls = false, params string[] peers)
    {
        var cluster = new XdsCluster
        {
            Name = name, Type = XdsCluster.Types.DiscoveryType.Eds, ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)),
            CommonLbConfig = new XdsCluster.Types.CommonLbConfig { HealthyPanicThreshold = new Envoy.Type.V3.Percent() },
            Metadata = ServiceMetadata(name.Split('|')[^1]),
        };
        cluster.TypedExtensionProtocolOptions.Add("http", AsDownstream());
        if (mutualTls) cluster.TransportSocket = UpstreamTls(peers);
        return cluster;
    }

    public static XdsCluster StaticCluster(string name, params int[] ports) => new()
    {
        Name = name, Type = XdsCluster.Types.DiscoveryType.Static, LoadAssignment = Endpoints(name, ports), Metadata = ServiceMetadata("app.default.svc.cluster.local"),
        TypedExtensionProtocolOptions = { ["http"] = AsDownstream() },
    };

    /// <summary>What translation says of a port that is declared to speak HTTP/1.1.</summary>
    public static Any Http1() => Pack(TypeUrls.HttpProtocolOptions, new Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions
    {
        ExplicitHttpConfig = new() { HttpProtocolOptions = new Http1ProtocolOptions() },
    });

    private static Any AsDownstream() => Pack(TypeUrls.HttpProtocolOptions,
        new Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions { UseDownstreamProtocolConfig = new() });

    public static ClusterLoadAssignment Endpoints(string name, params int[] ports)
    {
        var locality = new LocalityLbEndpoints();
        foreach (var port in ports)
            locality.LbEndpoints.Add(new LbEndpoint
            {
                Endpoint = new Endpoint { Address = At(port) },
                Metadata = new Metadata
                {
                    FilterMetadata = { ["istio"] = new Struct { Fields = { ["workload"] = Value.ForString("server-v1;default;server;v1;Kubernetes") } } },
                },
            });
        return new ClusterLoadAssignment { ClusterName = name, Endpoints = { locality } };
    }

    public static RouteConfiguration Routes(string name, params Route[] routes)
    {
        var host = new VirtualHost { Name = "all", Domains = { "*" } };
        host.Routes.Add(routes);
        return new RouteConfiguration { Name = name, VirtualHosts = { host } };
    }

    public static Route To(string cluster, Action<RouteAction>? configure = null, Action<RouteMatch>? match = null)
    {
        var route = new Route { Match = new RouteMatch { Prefix = "/" }, Route_ = new RouteAction { Cluster = cluster, Timeout = new Duration() } };
        configure?.Invoke(route.Route_);
        match?.Invoke(route.Match);
        return route;
    }

    public static Listener Http(
        string name, int port, string rds, TrafficDirection direction = TrafficDirection.Outbound, TransportSocket? tls = null,
        Action<HttpConnectionManager>? change = null)
    {
        var manager = new HttpConnectionManager
        {
            Rds = new Rds { RouteConfigName = rds }, StreamIdleTimeout = new Duration(),
            UpgradeConfigs = { new HttpConnectionManager.Types.UpgradeConfig { UpgradeType = "websocket" } },
            ServerHeaderTransformation = HttpConnectionManager.Types.ServerHeaderTransformation.PassThrough,
        };
        change?.Invoke(manager);
        var chain = new FilterChain { Filters = { new Filter { Name = "http", TypedConfig = Pack(TypeUrls.HttpConnectionManager, manager) } } };
        if (tls is not null)
        {
            chain.TransportSocket = tls;
            chain.FilterChainMatch = new FilterChainMatch { TransportProtocol = "tls" };
        }
        return new Listener { Name = name, Address = At(port), TrafficDirection = direction, FilterChains = { chain } };
    }

    public static Listener Tcp(string name, int port, string cluster, TransportSocket? tls = null, TrafficDirection direction = TrafficDirection.Outbound)
    {
        var chain = new FilterChain { Filters = { new Filter { Name = "tcp", TypedConfig = Pack(TypeUrls.TcpProxy, new TcpProxy { Cluster = cluster }) } } };
        if (tls is not null) chain.TransportSocket = tls;
        return new Listener { Name = name, Address = At(port), TrafficDirection = direction, FilterChains = { chain } };
    }

    public static TransportSocket DownstreamTls() => new()
    {
        Name = "envoy.transport_sockets.tls",
        TypedConfig = Pack(TypeUrls.DownstreamTlsContext, new DownstreamTlsContext { RequireClientCertificate = true, CommonTlsContext = Common() }),
    };

    public static TransportSocket UpstreamTls(params string[] peers)
    {
        var common = Common();
        foreach (var peer in peers)
            common.CombinedValidationContext.DefaultValidationContext.MatchTypedSubjectAltNames.Add(new SubjectAltNameMatcher
            {
                SanType = SubjectAltNameMatcher.Types.SanType.Uri, Matcher = new Envoy.Type.Matcher.V3.StringMatcher { Exact = peer },
            });
        return new TransportSocket
        {
            Name = "envoy.transport_sockets.tls",
            TypedConfig = Pack(TypeUrls.UpstreamTlsContext, new UpstreamTlsContext { Sni = "outbound_.80_._.server", CommonTlsContext = common }),
        };
    }

    private static CommonTlsContext Common() => new()
    {
        TlsCertificateSdsSecretConfigs = { new SdsSecretConfig { Name = "default" } },
        CombinedValidationContext = new CommonTlsContext.Types.CombinedCertificateValidationContext
        {
            DefaultValidationContext = new CertificateValidationContext(), ValidationContextSdsSecretConfig = new SdsSecretConfig { Name = "ROOTCA" },
        },
    };

    private static Metadata ServiceMetadata(string host) => new()
    {
        FilterMetadata =
        {
            ["istio"] = new Struct
            {
                Fields =
                {
                    ["services"] = Value.ForList(Value.ForStruct(new Struct
                    {
                        Fields =
                        {
                            ["host"] = Value.ForString(host), ["name"] = Value.ForString(host.Split('.')[0]), ["namespace"] = Value.ForString("default"),
                        },
                    })),
                },
            },
        },
    };
}
