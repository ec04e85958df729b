using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Resources;

namespace Mesh.Core.Kinds;

/// <summary>
/// Every kind the mesh knows. To add one: its model record in <c>Resources</c>, its rules, a line in the part for its group, and its name
/// in <see cref="All"/>. Immutable.
/// </summary>
public static partial class KindRegistry
{
    private static readonly FrozenDictionary<string, KindInfo> ByQualifiedKind;
    private static readonly FrozenDictionary<string, KindInfo> ByUserName;

    static KindRegistry()
    {
        All =
        [
            VirtualService, DestinationRule, Gateway, WorkloadEntry, ServiceEntry, Sidecar, WorkloadGroup, ProxyConfig,
            PeerAuthentication, RequestAuthentication, AuthorizationPolicy, Telemetry,
            GatewayClass, ApiGateway, HttpRoute, GrpcRoute, TlsRoute, TcpRoute, ReferenceGrant, BackendTlsPolicy,
            Service, MeshConfig, RateLimitPolicy, LocalMesh,
            EndpointSlice, Pod, Node, Namespace, Secret, Ingress,
        ];
        ByQualifiedKind = All.ToFrozenDictionary(k => k.QualifiedKind, StringComparer.Ordinal);
        var byUserName = new Dictionary<string, KindInfo>(StringComparer.OrdinalIgnoreCase);
        foreach (var kind in All)
            foreach (var name in UserNames(kind)) byUserName.TryAdd(name, kind); // a bare "gateway" is Istio's, the first
        ByUserName = byUserName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        Applied = [.. All.Where(k => k.Use == KindUse.Applied)];
    }

    /// <summary>All kinds, in the order they are listed to users.</summary>
    public static ImmutableArray<KindInfo> All { get; }

    /// <summary>The kinds the API serves.</summary>
    public static ImmutableArray<KindInfo> Applied { get; }

    /// <summary>The kind of a key, <c>VirtualService.networking.istio.io</c>; null when unknown.</summary>
    public static KindInfo? Find(string qualifiedKind) => ByQualifiedKind.GetValueOrDefault(qualifiedKind);

    /// <summary>The kind of an object; null when unknown.</summary>
    public static KindInfo? Find(ObjectKey key) => Find(key.Kind);

    /// <summary>
    /// The kind an API path names, <c>networking.istio.io</c> and <c>virtualservices</c>; the core group is empty. Only kinds that the API serves.
    /// </summary>
    public static KindInfo? FindByPlural(string group, string plural) => Applied.FirstOrDefault(k => k.Group == group && k.Plural == plural);

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
