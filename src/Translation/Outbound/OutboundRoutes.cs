using System.Collections.Immutable;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Clusters;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;
using Mesh.Translation.Routing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Outbound;

/// <summary>
/// Routes of a sidecar's outbound listeners. A service's rules are those of the VirtualService with the most specific host
/// that matches it, the oldest where several are equally specific.
/// </summary>
internal sealed class OutboundRoutes(TranslationScope scope, EgressListener? listener = null)
{
    public const string HttpProxy = "http_proxy";

    /// <summary>Every service port under every name its callers may use, then hosts that only VirtualServices know.</summary>
    public ProxyResource ForHttpProxy()
    {
        var hosts = new VirtualHosts();
        var used = new HashSet<(VirtualServiceModel, string)>();
        foreach (var (service, ports) in scope.Outbound.Services)
            foreach (var port in ports)
                if (port.Protocol.IsHttp())
                    AddService(hosts, service, port, used, service.DefaultHttpPort == port.Number);
        foreach (var virtualService in OwnFirst(scope.Outbound.VirtualServices))
            if (Sees(virtualService))
                AddForeignHosts(hosts, virtualService, used, 80);
        AddUnknown(hosts);
        return Configuration(HttpProxy, hosts);
    }

    /// <summary>What a listener of a Sidecar object imports, on its own port: the Host tells services apart, and need not name the port.</summary>
    public ProxyResource ForListener(EgressListener listener, string name)
    {
        var hosts = new VirtualHosts();
        var used = new HashSet<(VirtualServiceModel, string)>();
        foreach (var service in scope.Outbound.All.Select(s => s.Service).OrderBy(s => s.Name))
            foreach (var port in listener.PortsOf(service))
                if (port.Protocol.IsHttp())
                    AddService(hosts, service, port, used, isDefaultPort: true);
        foreach (var virtualService in OwnFirst(scope.Outbound.VirtualServices))
            if (Sees(virtualService))
                AddForeignHosts(hosts, virtualService, used, listener.Port);
        AddUnknown(hosts);
        return Configuration(name, hosts);
    }

    /// <summary>One service port, whatever the Host header says: the caller dialled the service itself.</summary>
    public ProxyResource ForPort(ServiceModel service, ServicePortModel port)
    {
        var hosts = new VirtualHosts();
        hosts.TryAdd(HostPort(service.Host, port.Number), ["*"], Routes(service, port, null));
        return Configuration(HostPort(service.Host, port.Number), hosts);
    }

    /// <summary>The rules for one port of a service, as this proxy sees them.</summary>
    public IReadOnlyList<Route> Routes(ServiceModel service, ServicePortModel port, HashSet<(VirtualServiceModel, string)>? used)
    {
        var context = new RouteContext(scope, RouteContext.Mesh, port.Number) { Itself = ClusterNames.Outbound(port.Number, "", service.Host) };
        var (pattern, found) = Find(service.Host, Sees);
        foreach (var candidate in found) used?.Add((candidate, pattern));
        ReportLosers(pattern, found);
        return found.IsEmpty || found[0].Spec.Http.IsDefaultOrEmpty
            ? [HttpRuleTranslator.Default(context, ClusterNames.Outbound(port.Number, "", service.Host))]
            : HttpRuleTranslator.Translate(context, found[0]);
    }

    public static string HostPort(string host, int port) => $"{host}:{port}";

    /// <summary>The chains for one port of a service that is not HTTP: by its rules, else to the service itself.</summary>
    public List<FilterChain> Chains(ServiceModel service, ServicePortModel port)
    {
        var context = new RouteContext(scope, RouteContext.Mesh, port.Number);
        var isTls = port.Protocol == PortProtocol.Tls;
        var (pattern, found) = Find(service.Host, v => Sees(v) && !(isTls ? v.Spec.Tls.IsDefaultOrEmpty : v.Spec.Tcp.IsDefaultOrEmpty));
        ReportLosers(pattern, found);
        var owner = found.FirstOrDefault();
        var itself = ClusterNames.Outbound(port.Number, "", service.Host);
        return isTls ? StreamRoutes.Tls(context, owner, itself) : StreamRoutes.Tcp(context, owner, itself);
    }

    /// <summary>Those of the caller's own namespace first, each part the oldest first: who owns a namespace decides for it (docs/adr/0026).</summary>
    private (string Pattern, ImmutableArray<VirtualServiceModel> Found) Find(string host, Func<VirtualServiceModel, bool> accept)
    {
        var (pattern, found) = scope.Index.VirtualServices.SidecarHosts.Find(host, accept);
        return (pattern, found.Length < 2 ? found : [.. OwnFirst(found)]);
    }

    private IEnumerable<VirtualServiceModel> OwnFirst(IEnumerable<VirtualServiceModel> all) => all.OrderBy(v => v.Namespace != scope.Proxy.Namespace);

    private bool Sees(VirtualServiceModel routes) => routes.IsVisibleTo(scope.Proxy.Namespace) && (listener?.Imports(routes) ?? scope.Outbound.Scope.ImportsByHost(routes));

    /// <summary>As the Sidecar object in force says, else as the mesh does.</summary>
    private void AddUnknown(VirtualHosts hosts)
    {
        var egress = scope.Outbound.Scope;
        var policy = egress.Spec?.OutboundTrafficPolicy;
        var isAllowed = policy is null ? scope.Index.Settings.AllowsUnknownHosts : policy.Mode == SidecarOutboundTrafficPolicyMode.AllowAny;
        if (!isAllowed) hosts.AddAnswer("block_all", 502);
        else if (policy?.EgressProxy is not { } proxy) hosts.AddPassthrough("allow_any");
        else if (Cluster(proxy) is { } cluster) hosts.AddPassthrough("allow_any", cluster);
        else
        {
            scope.Report(egress.Source!.Key, "spec.outboundTrafficPolicy.egressProxy", $"There is no service '{proxy.Host}' with this port and subset to send requests through; those for unknown hosts are refused.");
            hosts.AddAnswer("block_all", 502);
        }
    }

    private string? Cluster(Destination destination)
    {
        var host = HostName.Resolve(destination.Host, scope.Proxy.Namespace);
        var name = ClusterNames.Outbound(destination.Port?.Number ?? 0, destination.Subset, host);
        return scope.Outbound.Find(host)?.Clusters.Any(c => c.Name == name) == true ? name : null;
    }

    private void AddService(VirtualHosts hosts, ServiceModel service, ServicePortModel port, HashSet<(VirtualServiceModel, string)> used, bool isDefaultPort) =>
        hosts.TryAdd(
            HostPort(service.Host, port.Number),
            ServiceDomains.Domains(service.Name, scope.Proxy.Namespace, port.Number, isDefaultPort),
            Routes(service, port, used));

    /// <summary>As in Istio, hosts that are no service's are reached at port 80, the one a Host without port means.</summary>
    private void AddForeignHosts(VirtualHosts hosts, VirtualServiceModel owner, HashSet<(VirtualServiceModel, string)> used, int port)
    {
        if (owner.Spec.Http.IsDefaultOrEmpty) return;
        for (var i = 0; i < owner.Hosts.Length; i++)
        {
            var host = owner.Hosts[i];
            if (used.Contains((owner, host)) || IsService(host)) continue;
            var routes = HttpRuleTranslator.Translate(new RouteContext(scope, RouteContext.Mesh, port), owner);
            string[] domains = host == "*" ? ["*"] : [host, HostPort(host, port)];
            if (routes.Count > 0 && !hosts.TryAdd(HostPort(host, port), domains, routes))
                scope.Report(owner.Source.Key, $"spec.hosts[{i}]",
                    $"'{host}' is taken by a service's short name or an older VirtualService; name a service by its full host name.");
        }
    }

    // One that is only a rule's destination has no names of its own here.
    private bool IsService(string host) =>
        scope.Outbound.Find(host) is { } service && (listener is null ? !scope.Outbound.Scope.PortsByHost(service.Service).IsEmpty : !listener.PortsOf(service.Service).IsEmpty);

    private void ReportLosers(string pattern, ImmutableArray<VirtualServiceModel> found)
    {
        for (var i = 1; i < found.Length; i++)
            scope.Report(found[i].Source.Key, $"spec.hosts[{found[i].Hosts.IndexOf(pattern)}]",
                $"{found[0].Source.Key} {(found[0].Namespace == found[i].Namespace ? "is older" : "comes first for callers here")} and for the same host; its rules are in force.");
    }

    private static ProxyResource Configuration(string name, VirtualHosts hosts)
    {
        var configuration = new RouteConfiguration { Name = name, ValidateClusters = false, MaxDirectResponseBodySizeBytes = Redirects.MaxBody };
        configuration.VirtualHosts.AddRange(hosts.All);
        return Packing.Resource(name, configuration);
    }
}
