using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Translation.Indexing;

/// <summary>A VirtualService with its host and gateway names resolved.</summary>
internal sealed class VirtualServiceModel
{
    /// <summary>The gateway name that means every sidecar.</summary>
    public const string Mesh = "mesh";

    public VirtualServiceModel(MeshObject source)
    {
        Source = source;
        Spec = source.SpecAs<VirtualService>();
        Hosts = [.. Spec.Hosts.Select(h => HostName.Resolve(h, Namespace))];
        Gateways = Spec.Gateways.IsDefaultOrEmpty ? [Mesh] : [.. Spec.Gateways.Select(g => ResolveGateway(g, Namespace))];
    }

    public MeshObject Source { get; }
    public VirtualService Spec { get; }
    public string Namespace => Source.Key.Namespace;
    public ImmutableArray<string> Hosts { get; }

    /// <summary><see cref="Mesh"/> or <c>namespace/name</c>.</summary>
    public ImmutableArray<string> Gateways { get; }

    public bool IsVisibleTo(string clientNamespace) => Visibility.IsVisible(Spec.ExportTo, Namespace, clientNamespace);

    public static string ResolveGateway(string gateway, string @namespace) =>
        gateway == Mesh || gateway.Contains('/') ? gateway : $"{@namespace}/{gateway}";
}
