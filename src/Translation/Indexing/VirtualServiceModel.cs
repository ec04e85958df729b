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

    private VirtualServiceModel(VirtualServiceModel other) =>
        (Source, Spec, Hosts, Gateways, Rules, Delegates, Problems) = (other.Source, other.Spec, other.Hosts, other.Gateways, other.Rules, other.Delegates, other.Problems);

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

    /// <summary>
    /// The object before its last change, as it was when everything it names was there; null: there was none, or it is not remembered. Kept for
    /// rules whose destinations are not there yet. It has none itself.
    /// </summary>
    public VirtualServiceModel? Earlier { get; private set; }

    /// <summary>Takes over what came before; called once, before anybody else sees it.</summary>
    public void Follow(VirtualServiceModel? before, Func<VirtualServiceModel, bool> isWhole)
    {
        if (before is null) return;
        if (Sources().SequenceEqual(before.Sources(), ReferenceEqualityComparer.Instance)) Earlier = before.Earlier;
        else Earlier = isWhole(before) ? before.Alone() : before.Earlier;
    }

    /// <summary>Takes over what came before from <see cref="EarlierSources"/> of another process; called as <see cref="Follow"/>.</summary>
    public void Remember(ImmutableArray<MeshObject> earlier) => Earlier = new VirtualServiceModel(
        earlier[0], new Delegation(earlier.Skip(1).ToDictionary(o => (o.Key.Namespace, o.Key.Name), o => new VirtualServiceModel(o, null))));

    /// <summary>What <see cref="Earlier"/> was made of: the object itself, then its delegates. None without it.</summary>
    public ImmutableArray<MeshObject> EarlierSources() => Earlier is null ? [] : [.. Earlier.Sources().Distinct()];

    // With its own past it would hold all that ever was.
    private VirtualServiceModel Alone() => Earlier is null ? this : new VirtualServiceModel(this);

    private IEnumerable<MeshObject> Sources() => Rules.Select(r => r.Owner.Source).Prepend(Source);

    public bool IsVisibleTo(string clientNamespace) => Visibility.IsVisible(Spec.ExportTo, Namespace, clientNamespace);

    public static string ResolveGateway(string gateway, string @namespace) =>
        gateway == Mesh || gateway.Contains('/') ? gateway : $"{@namespace}/{gateway}";
}
