using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.Security;
using Mesh.Core.Validation.Rules;

namespace Mesh.Core.Kinds;

/// <summary>
/// Every kind the mesh knows. To add one: its model record in <c>Resources</c>, its rules, and a line here. Immutable.
/// </summary>
public static class KindRegistry
{
    private const string Networking = "networking.istio.io";
    private const string Security = "security.istio.io";
    private const string Own = "mesh.dev";

    private static readonly ImmutableArray<string> NetworkingVersions = ["v1", "v1beta1", "v1alpha3"];
    private static readonly ImmutableArray<string> SecurityVersions = ["v1", "v1beta1"];

    public static readonly KindInfo VirtualService =
        KindInfo.Of<VirtualService>(Networking, NetworkingVersions, "virtualservices", VirtualServiceRules.Check, "vs");

    public static readonly KindInfo DestinationRule =
        KindInfo.Of<DestinationRule>(Networking, NetworkingVersions, "destinationrules", DestinationRuleRules.Check, "dr");

    public static readonly KindInfo Gateway =
        KindInfo.Of<Gateway>(Networking, NetworkingVersions, "gateways", GatewayRules.Check, "gw");

    public static readonly KindInfo WorkloadEntry =
        KindInfo.Of<WorkloadEntry>(Networking, NetworkingVersions, "workloadentries", WorkloadEntryRules.Check, "we");

    public static readonly KindInfo ServiceEntry =
        KindInfo.Of<ServiceEntry>(Networking, NetworkingVersions, "serviceentries", ServiceEntryRules.Check, "se");

    public static readonly KindInfo Sidecar =
        KindInfo.Of<Sidecar>(Networking, NetworkingVersions, "sidecars", SidecarRules.Check);

    public static readonly KindInfo WorkloadGroup =
        KindInfo.Of<WorkloadGroup>(Networking, NetworkingVersions, "workloadgroups", WorkloadGroupRules.Check, "wg");

    public static readonly KindInfo ProxyConfig =
        KindInfo.Of<ProxyConfig>(Networking, ["v1beta1"], "proxyconfigs", ProxyConfigRules.Check);

    public static readonly KindInfo PeerAuthentication =
        KindInfo.Of<PeerAuthentication>(Security, SecurityVersions, "peerauthentications", PeerAuthenticationRules.Check, "pa");

    public static readonly KindInfo Service = KindInfo.Of<Service>("", ["v1"], "services", ServiceRules.Check, "svc");

    public static readonly KindInfo MeshConfig =
        KindInfo.Of<MeshConfig>(Own, ["v1alpha1"], "meshconfigs", MeshConfigRules.Check, "mc") with { Namespaced = false };

    public static readonly KindInfo LocalMesh =
        KindInfo.Of<LocalMesh>(Own, ["v1alpha1"], "localmeshes", LocalMeshRules.Check) with { Namespaced = false };

    private static readonly FrozenDictionary<string, KindInfo> ByQualifiedKind;
    private static readonly FrozenDictionary<string, KindInfo> ByUserName;

    static KindRegistry()
    {
        All =
        [
            VirtualService, DestinationRule, Gateway, WorkloadEntry, ServiceEntry, Sidecar, WorkloadGroup, ProxyConfig,
            PeerAuthentication, Service, MeshConfig, LocalMesh,
        ];
        ByQualifiedKind = All.ToFrozenDictionary(k => k.QualifiedKind, StringComparer.Ordinal);
        ByUserName = All.SelectMany(k => UserNames(k).Select(name => (name, k))).ToFrozenDictionary(p => p.name, p => p.k, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>All kinds, in the order they are listed to users.</summary>
    public static ImmutableArray<KindInfo> All { get; }

    /// <summary>The kind of a key, <c>VirtualService.networking.istio.io</c>; null when unknown.</summary>
    public static KindInfo? Find(string qualifiedKind) => ByQualifiedKind.GetValueOrDefault(qualifiedKind);

    /// <summary>The kind of an object; null when unknown.</summary>
    public static KindInfo? Find(ObjectKey key) => Find(key.Kind);

    /// <summary>The kind an API path names, <c>networking.istio.io</c> and <c>virtualservices</c>; the core group is empty.</summary>
    public static KindInfo? FindByPlural(string group, string plural) => All.FirstOrDefault(k => k.Group == group && k.Plural == plural);

    /// <summary>
    /// The kind a user means by <c>vs</c>, <c>virtualservice</c>, <c>VirtualServices</c>, <c>virtualservice.networking.istio.io</c> and the
    /// like, in any case.
    /// </summary>
    public static bool TryFindByUserName(string name, [NotNullWhen(true)] out KindInfo? kind) => ByUserName.TryGetValue(name, out kind);

    private static IEnumerable<string> UserNames(KindInfo kind)
    {
        IEnumerable<string> names = [kind.Singular, kind.Plural, .. kind.ShortNames];
        return kind.Group.Length == 0 ? names : names.SelectMany(n => (string[])[n, $"{n}.{kind.Group}"]);
    }
}
