using System.Collections.Immutable;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Analysis.Analyzers;

/// <summary>Every destination must be a host that the callers see, with a port it has.</summary>
internal sealed class DestinationHostAnalyzer : IAnalyzer
{
    public string Name => "virtualservice.DestinationHostAnalyzer";

    public string Description => "Destinations of VirtualServices exist and have the port";

    public ImmutableArray<MessageType> Finds =>
        [IstioMessages.ReferencedResourceNotFound, IstioMessages.VirtualServiceDestinationPortSelectorRequired];

    public void Analyze(AnalysisContext context)
    {
        foreach (var source in context.Index.Of<VirtualService>())
        {
            var clients = HostRegistry.Clients(source.SpecAs<VirtualService>().ExportTo, source.Key.Namespace);
            foreach (var found in RouteDestinations.Of(source.SpecAs<VirtualService>())) Check(context, source, found, clients);
        }
    }

    private static void Check(AnalysisContext context, MeshObject source, RouteDestinations.Found found, ImmutableArray<string> clients)
    {
        var name = found.Destination.Host;
        if (name.Length == 0) return; // validation says so
        var host = HostName.Resolve(name, source.Key.Namespace);
        if (context.Index.Hosts.Find(host, clients) is not { } known)
        {
            var hidden = context.Index.Hosts.Find(host) is { } invisible ? $"it is not exported to namespace {string.Join(", ", clients)} (by {invisible.Source.Key.ShortKind} {invisible.Namespace}/{invisible.Source.Key.Name})" : "no Service or ServiceEntry has it";
            var full = host == name ? "" : $" ({host})";
            context.Report(IstioMessages.ReferencedResourceNotFound, source, found.Path + ".host", $"{(found.IsMirror ? "mirror host" : "host")} \"{name}\"{full} not found: {hidden}");
        }
        else
        {
            CheckPort(context, source, found, known);
        }
    }

    private static void CheckPort(AnalysisContext context, MeshObject source, RouteDestinations.Found found, KnownHost known)
    {
        var ports = string.Join(", ", known.Ports.Select(p => p.Number));
        if (found.Destination.Port is not { } port)
        {
            if (known.Ports.Length > 1)
                context.Report(
                    IstioMessages.VirtualServiceDestinationPortSelectorRequired, source, found.Path,
                    $"host \"{found.Destination.Host}\" has the ports {ports}, and the destination does not say which");
        }
        else if (known.Ports.All(p => p.Number != port.Number))
        {
            context.Report(
                IstioMessages.ReferencedResourceNotFound, source, found.Path + ".port.number",
                $"host:port \"{found.Destination.Host}:{port.Number}\" not found: the host has {(ports.Length > 0 ? "the ports " + ports : "no ports")}");
        }
    }
}
