using System.Collections.Immutable;
using Mesh.Core.Kinds;

namespace Mesh.Core.Schema.Crds;

/// <summary>A column of <c>kubectl get</c>; <c>Wide</c>: only with <c>-o wide</c>.</summary>
internal sealed record CrdColumn(string Name, string JsonPath, string Description, string Type = "string", bool Wide = false)
{
    public static readonly CrdColumn Age = new("Age", ".metadata.creationTimestamp", "When the object was made.", "date");
}

/// <summary>
/// What a CustomResourceDefinition says beyond <see cref="KindInfo"/>. Columns and categories of Istio's kinds are Istio's, because scripts and
/// habits depend on them.
/// </summary>
internal sealed record CrdFacts
{
    private static readonly Dictionary<string, ImmutableArray<CrdColumn>> ColumnsByKind = new(StringComparer.Ordinal)
    {
        ["VirtualService"] =
        [
            new("Gateways", ".spec.gateways", "Gateways and sidecars (mesh) that apply the routes."),
            new("Hosts", ".spec.hosts", "Hosts whose traffic is routed."),
        ],
        ["DestinationRule"] = [new("Host", ".spec.host", "The service the policies are for.")],
        ["ServiceEntry"] =
        [
            new("Hosts", ".spec.hosts", "Hosts of the service."),
            new("Location", ".spec.location", "Whether it is part of the mesh."),
            new("Resolution", ".spec.resolution", "How its endpoints are found."),
        ],
        ["WorkloadEntry"] = [new("Address", ".spec.address", "Where the workload listens.")],
        ["PeerAuthentication"] = [new("Mode", ".spec.mtls.mode", "What workloads accept.")],
        ["AuthorizationPolicy"] = [new("Action", ".spec.action", "What happens to requests that match.")],
        ["RequestAuthentication"] = [new("Issuers", ".spec.jwtRules[*].issuer", "Whose tokens are verified.")],
        ["RateLimitPolicy"] =
        [
            new("Mode", ".spec.mode", "Whether requests beyond a limit are refused, or only counted."),
            new("Rules", ".spec.rules[*].name", "Limits."),
        ],
        ["MeshConfig"] = [new("Trust Domain", ".spec.trustDomain", "The root of every identity.")],
    };

    public ImmutableArray<CrdColumn> Columns { get; private init; } = [];

    public required ImmutableArray<string> Categories { get; init; }

    /// <summary>The one name an object of the kind may have; null: any.</summary>
    public string? OnlyName { get; private init; }

    /// <summary>Null for kinds that others define: Kubernetes, and the Gateway API, whose definitions are a release of their own.</summary>
    public static CrdFacts? Of(KindInfo kind)
    {
        var istio = kind.Group.EndsWith(".istio.io", StringComparison.Ordinal);
        if (!istio && kind.Group != KindRegistry.MeshConfig.Group) return null;
        if (kind.Use != KindUse.Applied) return null; // a LocalMesh is the input of `meshctl up`, never an object of a server
        return new CrdFacts
        {
            Categories = istio ? ["istio-io", kind.Group.Replace(".istio.io", "-istio-io", StringComparison.Ordinal)] : ["mesh-dev"],
            Columns = ColumnsByKind.GetValueOrDefault(kind.Kind, []),
            OnlyName = kind == KindRegistry.MeshConfig ? "default" : null,
        };
    }
}
