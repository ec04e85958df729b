using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.Security;
using Mesh.Core.Resources.Telemetry;
using Mesh.Core.Validation.Rules;
using Mesh.Core.Validation.Rules.Networking;
using Mesh.Core.Validation.Rules.Security;

namespace Mesh.Core.Kinds;

/// <content>Istio's kinds.</content>
public static partial class KindRegistry
{
    private const string Networking = "networking.istio.io";
    private const string Security = "security.istio.io";

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

    public static readonly KindInfo RequestAuthentication =
        KindInfo.Of<RequestAuthentication>(Security, SecurityVersions, "requestauthentications", RequestAuthenticationRules.Check, "ra");

    public static readonly KindInfo AuthorizationPolicy =
        KindInfo.Of<AuthorizationPolicy>(Security, SecurityVersions, "authorizationpolicies", AuthorizationPolicyRules.Check, "ap");

    public static readonly KindInfo Telemetry =
        KindInfo.Of<Telemetry>("telemetry.istio.io", ["v1", "v1alpha1"], "telemetries", TelemetryRules.Check);
}
