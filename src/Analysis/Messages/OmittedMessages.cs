using System.Collections.Immutable;

namespace Mesh.Analysis.Messages;

/// <summary>Istio's messages that the mesh does not give, each with the reason; for the reference.</summary>
internal static class OmittedMessages
{
    private const string Retired = "Retired by Istio.";
    private const string Installation = "Checks the installation of istiod, which the mesh does not have.";
    private const string EnvoyFilters = "EnvoyFilter is refused by name (IST0106).";

    public static ImmutableArray<(string Code, string Name, string Reason)> All { get; } =
    [
        ("IST0104", "GatewayPortNotOnWorkload", Retired + " IST0162 says it."),
        ("IST0105", "IstioProxyImageMismatch", Retired),
        ("IST0117", "DeploymentRequiresServiceAssociated", Retired),
        ("IST0122", "InvalidRegexp", "Validation refuses such patterns, as Istio's does by now; reported as IST0106."),
        ("IST0124", "NamespaceInvalidInjectorRevision", Retired),
        ("IST0126", "UnknownMeshNetworksServiceRegistry", "The mesh has no MeshNetworks object."),
        ("IST0136", "AlphaAnnotation", "Istio itself no longer runs its analyzer."),
        ("IST0139", "InvalidWebhook", Installation),
        ("IST0141", "InsufficientPermissions", Installation),
        ("IST0142", "UnsupportedKubernetesVersion", Installation),
        ("IST0143", "LocalhostListener", "Applications of the mesh listen on localhost; the sidecar is their only caller."),
        ("IST0148", "NamespaceInjectionEnabledByDefault", Installation),
        ("IST0151", "EnvoyFilterUsesRelativeOperation", EnvoyFilters),
        ("IST0152", "EnvoyFilterUsesReplaceOperationIncorrectly", EnvoyFilters),
        ("IST0153", "EnvoyFilterUsesAddOperationIncorrectly", EnvoyFilters),
        ("IST0154", "EnvoyFilterUsesRemoveOperationIncorrectly", EnvoyFilters),
        ("IST0155", "EnvoyFilterUsesRelativeOperationWithProxyVersion", EnvoyFilters),
        ("IST0156", "UnsupportedGatewayAPIVersion", "Depends on what istiod's release supports."),
        ("IST0158", "PodsIstioProxyImageMismatchInNamespace", "Compares with the configuration of istiod's injector."),
        ("IST0163", "InvalidExternalControlPlaneConfig", Installation),
        ("IST0164", "ExternalControlPlaneAddressIsNotAHostname", Installation),
        ("IST0167", "IneffectivePolicy", "About ambient mode, which the mesh does not have."),
        ("IST0168", "UnknownUpgradeCompatibility", "About upgrades of Istio."),
        ("IST0169", "UpdateIncompatibility", "About upgrades of Istio."),
        ("IST0170", "MultiClusterInconsistentService", "Compares several Kubernetes clusters; analysis sees one mesh."),
        ("IST0175", "JwksUriFetchUnrestricted", "About a setting of istiod."),
        ("IST0176", "GatewayAPICRDVersionBelowMinimum", "Depends on what istiod's release supports."),
    ];
}
