using System.Globalization;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;
using Mesh.Translation.Listeners;

namespace Mesh.Translation.Inbound;

/// <summary>
/// The ports that a Sidecar object's ingress listeners name, in place of those of the workload's services. A service whose target port one of
/// them is gets the requests accounted.
/// </summary>
internal static class SidecarIngress
{
    public static SortedDictionary<int, InboundPort> Ports(TranslationScope scope, IReadOnlyCollection<ServiceModel> services)
    {
        var result = new SortedDictionary<int, InboundPort>();
        var source = scope.Outbound.Scope.Source!;
        var spec = scope.Outbound.Scope.Spec!;
        for (var i = 0; i < spec.Ingress.Length; i++)
        {
            var listener = spec.Ingress[i];
            if (listener.Port is not { Number: > 0 } port) continue;
            var path = $"spec.ingress[{i}]";
            var ends = listener.Tls is { Mode: not (ServerTlsMode.Passthrough or ServerTlsMode.AutoPassthrough) };
            if (OwnPorts.Contains(scope.Proxy, port.Number))
                scope.Report(source.Key, path + ".port", $"Port {port.Number} belongs to the sidecar itself; the listener is left out.");
            else if (Endpoint(scope.Proxy, listener) is not { } application)
                scope.Report(source.Key, path + ".defaultEndpoint", $"{listener.DefaultEndpoint} is where the sidecar itself listens; the listener is left out.");
            else
                result.TryAdd(port.Number, new InboundPort(Protocol(port, ends), services.FirstOrDefault(s => s.Ports.Any(p => p.TargetPort == port.Number)))
                {
                    Bind = listener.Bind,
                    Application = application,
                    Tls = ends ? (listener.Tls!, path + ".tls") : null,
                    Pool = listener.ConnectionPool ?? spec.InboundConnectionPool,
                });
        }
        return result;
    }

    // Behind the TLS that ends here HTTPS is HTTP (Istio).
    private static PortProtocol Protocol(SidecarPort port, bool endsTls) => endsTls && port.Protocol.Equals("HTTPS", StringComparison.OrdinalIgnoreCase)
        ? PortProtocol.Http : PortProtocols.Select(null, port.Protocol, port.Name, port.Number);

    /// <summary>
    /// Loopback is wherever the application was started, with the port it was given there; the unspecified address is the workload's own. Null:
    /// that would be the listener itself.
    /// </summary>
    private static ApplicationAddress? Endpoint(ProxyDescriptor proxy, SidecarIngressListener listener)
    {
        var text = listener.DefaultEndpoint;
        if (text.StartsWith("unix://", StringComparison.Ordinal)) return new ApplicationAddress(text["unix://".Length..], 0);
        var colon = text.LastIndexOf(':');
        var port = colon < 0 ? listener.Port!.Number : int.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        if (colon < 0 || text[..colon] is not ("0.0.0.0" or "[::]")) return new ApplicationAddress(proxy.AppAddress, proxy.Ports.GetValueOrDefault(port, port));
        return port == listener.Port!.Number && listener.Bind.Length == 0 ? null : new ApplicationAddress(proxy.Address, port);
    }
}

/// <summary>Where the application listens: an IP address and port, or the path of a socket and 0.</summary>
internal sealed record ApplicationAddress(string Address, int Port);
