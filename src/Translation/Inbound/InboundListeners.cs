using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.Security;
using Mesh.Translation.Authentication;
using Mesh.Translation.Clusters;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;
using Mesh.Translation.RateLimits;
using Mesh.Translation.Security;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Inbound;

/// <summary>
/// A sidecar's inbound listeners: one for each target port, with a chain for mutual TLS and one for plain text as the
/// workload's PeerAuthentication says, both leading to the application.
/// </summary>
internal sealed class InboundListeners(TranslationScope scope)
{
    public void AddTo(ResourceCollector resources)
    {
        var proxy = scope.Proxy;
        var policy = scope.Index.PeerAuthentications.For(proxy.Namespace, proxy.Labels);
        scope.DependsOn(policy.Sources);
        foreach (var (loser, winner) in scope.Index.PeerAuthentications.Overridden(proxy.Namespace, proxy.Labels))
            scope.Report(loser.Key, "spec", $"{winner.Key} is in force instead: it is older, or nearer to the workload.");
        foreach (var (port, inbound) in InboundPorts.For(scope))
        {
            resources.Listeners.Add(Listener(port, inbound, policy.Mode(port)));
            resources.Clusters.Add(StaticClusters.Inbound(
                port, inbound, inbound.Application ?? new ApplicationAddress(proxy.AppAddress, proxy.Ports.GetValueOrDefault(port, port)), scope.Index.Settings.ConnectTimeout));
        }
    }

    private ProxyResource Listener(int port, InboundPort inbound, MutualTlsMode mode)
    {
        var address = inbound.Bind.Length > 0 ? inbound.Bind : scope.Proxy.Address;
        var name = SocketListeners.Name(address, port);
        var listener = SocketListeners.Create(name, address, port, TrafficDirection.Inbound);
        if (inbound.Tls is { } tls)
        {
            // As in Istio: one port cannot end both, and the mesh's own is what PeerAuthentication promised.
            if (mode == MutualTlsMode.Disable)
            {
                listener.FilterChains.Add(Served(port, inbound, tls.Settings));
                return Packing.Resource(name, listener);
            }
            scope.Report(scope.Outbound.Scope.Source!.Key, tls.Path,
                $"It is not in force: a PeerAuthentication whose portLevelMtls for {port} is DISABLE must give the port up; until then the mesh's own TLS is spoken there.");
        }
        if (mode != MutualTlsMode.Disable)
        {
            listener.ListenerFilters.Add(new ListenerFilter
            {
                Name = "envoy.filters.listener.tls_inspector",
                TypedConfig = Packing.Pack(new TlsInspector()),
            });
            listener.FilterChains.Add(MutualTls(port, inbound));
        }
        if (mode != MutualTlsMode.Strict) listener.FilterChains.Add(PlainText(port, inbound));
        return Packing.Resource(name, listener);
    }

    private FilterChain MutualTls(int port, InboundPort inbound) => new()
    {
        Name = "tls",
        FilterChainMatch = new FilterChainMatch { TransportProtocol = "tls" },
        TransportSocket = TlsContexts.Downstream(scope.Proxy.TrustDomain, inbound.Protocol.IsHttp()),
        Filters = { ToApplication(port, inbound) },
    };

    private FilterChain Served(int port, InboundPort inbound, ServerTlsSettings tls) => new()
    {
        Name = "tls",
        TransportSocket = ServerTlsContexts.Create(tls, scope.Proxy.TrustDomain, inbound.Protocol.IsHttp()),
        Filters = { ToApplication(port, inbound) },
    };

    private FilterChain PlainText(int port, InboundPort inbound) => new()
    {
        Name = "raw_buffer",
        FilterChainMatch = new FilterChainMatch { TransportProtocol = "raw_buffer" },
        Filters = { ToApplication(port, inbound) },
    };

    private Filter ToApplication(int port, InboundPort inbound)
    {
        var cluster = ClusterNames.Inbound(port);
        return inbound.Protocol.IsHttp()
            ? HttpManagers.Filter(HttpManagers.Inline(Routes(port, cluster), $"inbound_{port}").DescribeClient(append: true).Normalizing(scope.Index.Settings.Paths).Serving()
                .Authenticating(JwtFilters.For(scope, PolicyAttachment.ToServices(scope, port)))
                .Limiting(RateLimitFilters.For(scope, PolicyAttachment.ToServices(scope, port)))
                .Bounded(BodyLimits.For(scope, inbound.Service is { } service ? [service.Source] : [])))
            : TcpProxies.To(cluster);
    }

    /// <summary>No timeout and no retry: both are the caller's.</summary>
    private static RouteConfiguration Routes(int port, string cluster)
    {
        var route = new Route
        {
            Name = "default",
            Match = new RouteMatch { Prefix = "/" },
            Route_ = new RouteAction { Cluster = cluster, Timeout = new Duration(), MaxGrpcTimeout = new Duration() },
        };
        var host = new VirtualHost { Name = $"inbound|http|{port}", Domains = { "*" }, Routes = { route } };
        return new RouteConfiguration { Name = cluster, VirtualHosts = { host }, ValidateClusters = false };
    }
}
