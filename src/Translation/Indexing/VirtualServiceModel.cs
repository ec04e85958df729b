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

    /// <param name="source">The object.</param>
    /// <param name="delegation">Finds what it delegates to; null for one that is itself a delegate.</param>
    public VirtualServiceModel(MeshObject source, Delegation? delegation)
    {
        Source = source;
        Spec = source.SpecAs<VirtualService>();
        Hosts = [.. Spec.Hosts.Select(h => HostName.Resolve(h, Namespace))];
        Gateways = Spec.Gateways.IsDefaultOrEmpty ? [Mesh] : [.. Spec.Gateways.Select(g => ResolveGateway(g, Namespace))];
        (Rules, Delegates, Problems) = delegation?.Join(this) ?? ([], [], []);
    }

    public MeshObject Source { get; }
    public VirtualService Spec { get; }
    public string Namespace => Source.Key.Namespace;
    public ImmutableArray<string> Hosts { get; }

    /// <summary><see cref="Mesh"/> or <c>namespace/name</c>.</summary>
    public ImmutableArray<string> Gateways { get; }

    /// <summary>Its HTTP rules in force, those of delegates among them.</summary>
    public ImmutableArray<VirtualServiceRule> Rules { get; }

    /// <summary>The objects it delegates to.</summary>
    public ImmutableArray<ObjectKey> Delegates { get; }

    /// <summary>What delegation left out.</summary>
    public ImmutableArray<TranslationProblem> Problems { get; }

    public bool IsVisibleTo(string clientNamespace) => Visibility.IsVisible(Spec.ExportTo, Namespace, clientNamespace);

    public static string ResolveGateway(string gateway, string @namespace) =>
        gateway == Mesh || gateway.Contains('/') ? gateway : $"{@namespace}/{gateway}";
}
