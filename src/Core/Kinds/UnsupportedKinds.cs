using System.Collections.Frozen;

namespace Mesh.Core.Kinds;

/// <summary>Kinds that users of Istio and Kubernetes write and that are refused by name, with what to do instead.</summary>
internal static class UnsupportedKinds
{
    private const string Kubernetes = "Apply it with kubectl; the mesh keeps Services and its own and Istio's objects.";

    private static readonly FrozenDictionary<string, (string Reason, string Hint)> Known = new Dictionary<string, (string, string)>
    {
        ["networking.istio.io/EnvoyFilter"] =
            ("EnvoyFilter patches the configuration of Envoy, which this mesh does not run", "Use VirtualService and DestinationRule."),
        ["extensions.istio.io/WasmPlugin"] = ("WasmPlugin extends Envoy, which this mesh does not run", "Put the logic into a service."),
        ["install.istio.io/IstioOperator"] =
            ("IstioOperator installs Istio, which this mesh is not", "What stands under its spec.meshConfig belongs in a MeshConfig of mesh.dev/v1alpha1; meshctl up starts the rest."),
        ["authentication.istio.io/Policy"] =
            ("Policy of authentication.istio.io was removed in Istio 1.6", "Use PeerAuthentication (peers) and RequestAuthentication (origins) of security.istio.io/v1."),
        ["authentication.istio.io/MeshPolicy"] =
            ("MeshPolicy of authentication.istio.io was removed in Istio 1.6", "Use a PeerAuthentication of security.istio.io/v1 named default in the root namespace."),
        ["rbac.istio.io/ClusterRbacConfig"] = (Removed("ClusterRbacConfig"), "Use AuthorizationPolicy of security.istio.io/v1; where one selects a workload, what it does not allow is denied."),
        ["rbac.istio.io/RbacConfig"] = (Removed("RbacConfig"), "Use AuthorizationPolicy of security.istio.io/v1; where one selects a workload, what it does not allow is denied."),
        ["rbac.istio.io/ServiceRole"] = (Removed("ServiceRole"), "Its rules are rules[].to of an AuthorizationPolicy of security.istio.io/v1."),
        ["rbac.istio.io/ServiceRoleBinding"] = (Removed("ServiceRoleBinding"), "Its subjects are rules[].from of an AuthorizationPolicy of security.istio.io/v1."),
        ["rbac.istio.io/AuthorizationPolicy"] = (Removed("AuthorizationPolicy"), "Use the AuthorizationPolicy of security.istio.io/v1."),
    }.ToFrozenDictionary();

    private static string Removed(string kind) => $"{kind} of rbac.istio.io was removed in Istio 1.6";

    /// <summary>Why a kind is refused that a user names in any case and without its group; null when nothing is known about it.</summary>
    public static (string Reason, string Hint)? FindByUserName(string kind)
    {
        foreach (var (key, value) in Known)
            if (key[(key.IndexOf('/') + 1)..].Equals(kind, StringComparison.OrdinalIgnoreCase)) return value;
        return null;
    }

    /// <summary>Why an object of this group and kind is refused; null when nothing is known about it.</summary>
    public static (string Reason, string Hint)? Find(string group, string kind)
    {
        if (Known.TryGetValue($"{group}/{kind}", out var known)) return known;
        if (group is "gateway.networking.k8s.io" or "gateway.networking.x-k8s.io") return ($"{kind} of the Gateway API is not supported yet", "Use Istio's Gateway and VirtualService.");
        return ForeignKinds.Contains(group, kind) ? ($"{kind} is not an object of the mesh", Kubernetes) : null;
    }
}
