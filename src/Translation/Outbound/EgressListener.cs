using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;
using Mesh.Translation.Indexing;

namespace Mesh.Translation.Outbound;

/// <summary>One egress listener of a Sidecar object: what it imports, and whether the application dials it by an address of its own.</summary>
internal sealed class EgressListener
{
    private readonly ImmutableArray<(string Namespace, string Host)> _hosts;

    /// <param name="spec">The listener.</param>
    /// <param name="index">Its place in <c>spec.egress</c>.</param>
    /// <param name="client">The namespace that <c>.</c> stands for: the proxy's, also where the object is the root namespace's.</param>
    public EgressListener(SidecarEgressListener spec, int index, string client)
    {
        Spec = spec;
        Path = $"spec.egress[{index}]";
        _hosts = [.. spec.Hosts.Select(h => Parse(h, client))];
    }

    public SidecarEgressListener Spec { get; }

    public string Path { get; }

    /// <summary>0: every port of the hosts.</summary>
    public int Port => Spec.Port?.Number ?? 0;

    /// <summary>It is bound for itself; the others stand for what the application reaches by Host or by aliases, which are the mesh's capture.</summary>
    public bool IsBound => Spec.Port is not null && (Spec.Bind.Length > 0 || Spec.CaptureMode == CaptureMode.None);

    public bool Imports(string @namespace, string host)
    {
        foreach (var (scope, pattern) in _hosts)
            if ((scope == "*" || scope == @namespace) && HostName.IsSubsetOf(host, pattern)) return true;
        return false;
    }

    public bool Imports(VirtualServiceModel routes) => routes.Hosts.Any(h => Imports(routes.Namespace, h));

    /// <summary>The ports it imports of a service; none where it does not import the service.</summary>
    public ImmutableArray<ServicePortModel> PortsOf(ServiceModel service)
    {
        if (!Imports(service.Name.Namespace, service.Host)) return [];
        if (Port == 0) return service.Ports;
        return service.Port(Port) is { } port ? [port] : [];
    }

    private static (string Namespace, string Host) Parse(string text, string client)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var scope = slash < 0 ? "*" : text[..slash];
        return (scope == "." ? client : scope, text[(slash + 1)..].ToLowerInvariant());
    }
}
