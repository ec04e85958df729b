using Envoy.Config.Route.V3;
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
internal sealed class OutboundRoutes(TranslationScope scope)
{
    public const string HttpProxy = "http_proxy";

    /// <summary>Every service port under every name its callers may use, then hosts that only VirtualServices know.</summary>
    public ProxyResource ForHttpProxy()
    {
        var hosts = new VirtualHosts();
        var used = new HashSet<(VirtualServiceModel, string)>();
        foreach (var service in scope.Outbound.Services)
            foreach (var port in service.Ports)
                if (port.Protocol.IsHttp())
                    AddService(hosts, service, port, used);
        foreach (var virtualService in scope.Index.VirtualServices.ForSidecars)
            if (virtualService.IsVisibleTo(scope.Proxy.Namespace))
                AddForeignHosts(hosts, virtualService, used);
        if (scope.Index.Settings.AllowsUnknownHosts) hosts.AddPassthrough("allow_any");
        else hosts.AddAnswer("block_all", 502);
        return Configuration(HttpProxy, hosts);
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
        var context = new RouteContext(scope, RouteContext.Mesh, port.Number);
        var (pattern, found) = scope.Index.VirtualServices.SidecarHosts.Find(service.Host, v => v.IsVisibleTo(scope.Proxy.Namespace));
        foreach (var candidate in found) used?.Add((candidate, pattern));
        ReportLosers(pattern, found);
        return found.IsEmpty || found[0].Spec.Http.IsDefaultOrEmpty
            ? [HttpRuleTranslator.Default(context, ClusterNames.Outbound(port.Number, "", service.Host))]
            : HttpRuleTranslator.Translate(context, found[0]);
    }

    public static string HostPort(string host, int port) => $"{host}:{port}";

    private void AddService(VirtualHosts hosts, ServiceModel service, ServicePortModel port, HashSet<(VirtualServiceModel, string)> used) =>
        hosts.TryAdd(
            HostPort(service.Host, port.Number),
            ServiceDomains.Domains(service.Name, scope.Proxy.Namespace, port.Number, service.DefaultHttpPort == port.Number),
            Routes(service, port, used));

    /// <summary>As in Istio, hosts that are no service's are reached at port 80, the one a Host without port means.</summary>
    private void AddForeignHosts(VirtualHosts hosts, VirtualServiceModel owner, HashSet<(VirtualServiceModel, string)> used)
    {
        if (owner.Spec.Http.IsDefaultOrEmpty) return;
        for (var i = 0; i < owner.Hosts.Length; i++)
        {
            var host = owner.Hosts[i];
            if (used.Contains((owner, host)) || scope.Outbound.Find(host) is not null) continue;
            var routes = HttpRuleTranslator.Translate(new RouteContext(scope, RouteContext.Mesh, 80), owner);
            string[] domains = host == "*" ? ["*"] : [host, $"{host}:80"];
            if (routes.Count > 0 && !hosts.TryAdd(HostPort(host, 80), domains, routes))
                scope.Report(owner.Source.Key, $"spec.hosts[{i}]",
                    $"'{host}' is taken by a service's short name or an older VirtualService; name a service by its full host name.");
        }
    }

    private void ReportLosers(string pattern, System.Collections.Immutable.ImmutableArray<VirtualServiceModel> found)
    {
        for (var i = 1; i < found.Length; i++)
            scope.Report(found[i].Source.Key, $"spec.hosts[{found[i].Hosts.IndexOf(pattern)}]",
                $"{found[0].Source.Key} is older and for the same host; its rules are in force.");
    }

    private static ProxyResource Configuration(string name, VirtualHosts hosts)
    {
        var configuration = new RouteConfiguration { Name = name, ValidateClusters = false, MaxDirectResponseBodySizeBytes = Redirects.MaxBody };
        configuration.VirtualHosts.AddRange(hosts.All);
        return Packing.Resource(name, configuration);
    }
}
