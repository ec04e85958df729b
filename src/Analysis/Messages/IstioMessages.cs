using System.Collections.Immutable;

namespace Mesh.Analysis.Messages;

/// <summary>Istio's messages that the mesh can find, with Istio's codes, names and levels; what they mean and what to do in our words.</summary>
internal static class IstioMessages
{
    public static readonly MessageType InternalError = new(
        "IST0001", "InternalError", MessageLevel.Error, "An analyzer failed; what the others found is still right.",
        "Report it, with the objects if you can share them.");

    public static readonly MessageType Deprecated = new(
        "IST0002", "Deprecated", MessageLevel.Warning, "The object uses a field or a kind that is deprecated.", "Use what replaced it.");

    public static readonly MessageType ReferencedResourceNotFound = new(
        "IST0101", "ReferencedResourceNotFound", MessageLevel.Error, "The object names something that does not exist, or that it cannot see.",
        "Correct the name, or add what is missing.");

    public static readonly MessageType NamespaceNotInjected = new(
        "IST0102", "NamespaceNotInjected", MessageLevel.Info, "Nothing says whether workloads of the namespace get sidecars, so they get none.",
        "Label the namespace istio-injection=enabled, or istio-injection=disabled to say that it is meant.");

    public static readonly MessageType PodMissingProxy = new(
        "IST0103", "PodMissingProxy", MessageLevel.Warning, "The Pod is in a namespace with injection and has no sidecar.",
        "Restart its workload; if it is to stay outside the mesh, label it sidecar.istio.io/inject: \"false\".");

    public static readonly MessageType SchemaValidationError = new(
        "IST0106", "SchemaValidationError", MessageLevel.Error, "The object is refused by validation.", "Correct the field.");

    public static readonly MessageType MisplacedAnnotation = new(
        "IST0107", "MisplacedAnnotation", MessageLevel.Warning, "The annotation has no effect on an object of this kind.",
        "Put it where it belongs; for workloads that is the Pod template.");

    public static readonly MessageType UnknownAnnotation = new(
        "IST0108", "UnknownAnnotation", MessageLevel.Warning, "The annotation is in Istio's namespace, but Istio does not know it.",
        "Correct its spelling, or remove it.");

    public static readonly MessageType ConflictingMeshGatewayVirtualServiceHosts = new(
        "IST0109", "ConflictingMeshGatewayVirtualServiceHosts", MessageLevel.Error,
        "Several VirtualServices for sidecars define the same host for the same callers; only the oldest is in force.",
        "Merge them into one, or keep them apart with exportTo.");

    public static readonly MessageType ConflictingSidecarWorkloadSelectors = new(
        "IST0110", "ConflictingSidecarWorkloadSelectors", MessageLevel.Error, "Several Sidecars select the same workload.",
        "Make their selectors exclude one another.");

    public static readonly MessageType MultipleSidecarsWithoutWorkloadSelectors = new(
        "IST0111", "MultipleSidecarsWithoutWorkloadSelectors", MessageLevel.Error, "Several Sidecars of a namespace have no selector.",
        "Keep one, and give the others selectors.");

    public static readonly MessageType VirtualServiceDestinationPortSelectorRequired = new(
        "IST0112", "VirtualServiceDestinationPortSelectorRequired", MessageLevel.Error,
        "The destination has several ports, and the route does not say which.", "Set destination.port.number.");

    public static readonly MessageType MtlsPolicyConflict = new(
        "IST0113", "MTLSPolicyConflict", MessageLevel.Error, "Callers and workload disagree about mutual TLS, so that every call fails.",
        "Remove trafficPolicy.tls, so that callers follow the workload's policy, or change the PeerAuthentication.");

    public static readonly MessageType DeploymentAssociatedToMultipleServices = new(
        "IST0116", "DeploymentAssociatedToMultipleServices", MessageLevel.Warning,
        "Services of the same workload use one port with different protocols.", "Give each protocol its own port.");

    public static readonly MessageType PortNameIsNotUnderNamingConvention = new(
        "IST0118", "PortNameIsNotUnderNamingConvention", MessageLevel.Info, "The port does not say its protocol, so it is detected.",
        "Name it PROTOCOL or PROTOCOL-SUFFIX, as in http-web, or set appProtocol.");

    public static readonly MessageType JwtFailureDueToInvalidServicePortPrefix = new(
        "IST0119", "JwtFailureDueToInvalidServicePortPrefix", MessageLevel.Warning,
        "A RequestAuthentication covers a port that is not HTTP, where there is no token to check.",
        "Declare the port as HTTP if it is, or narrow the policy's selector.");

    public static readonly MessageType NamespaceMultipleInjectionLabels = new(
        "IST0123", "NamespaceMultipleInjectionLabels", MessageLevel.Warning, "The namespace has more than one label that turns injection on or off.",
        "Keep one of them.");

    public static readonly MessageType InvalidAnnotation = new(
        "IST0125", "InvalidAnnotation", MessageLevel.Warning, "The annotation's value cannot be understood.", "Correct the value.");

    public static readonly MessageType NoMatchingWorkloadsFound = new(
        "IST0127", "NoMatchingWorkloadsFound", MessageLevel.Warning, "The policy selects no workload of the mesh, so it protects nothing.",
        "Correct its selector or namespace.");

    public static readonly MessageType NoServerCertificateVerificationDestinationLevel = new(
        "IST0128", "NoServerCertificateVerificationDestinationLevel", MessageLevel.Warning,
        "TLS is used without authorities of its own to verify the server with: a certificate for its name by any authority the proxy's machine trusts will do.",
        "Set caCertificates.");

    public static readonly MessageType NoServerCertificateVerificationPortLevel = new(
        "IST0129", "NoServerCertificateVerificationPortLevel", MessageLevel.Warning,
        "TLS is used on a port without authorities of its own to verify the server with: a certificate for its name by any authority the proxy's machine trusts will do.",
        "Set caCertificates.");

    public static readonly MessageType VirtualServiceUnreachableRule = new(
        "IST0130", "VirtualServiceUnreachableRule", MessageLevel.Warning, "The rule is never used: earlier rules take every request it matches.",
        "Move it before them, or remove it.");

    public static readonly MessageType VirtualServiceIneffectiveMatch = new(
        "IST0131", "VirtualServiceIneffectiveMatch", MessageLevel.Info, "The match is never used: an earlier one takes every request it matches.",
        "Move the narrower match first, or remove it.");

    public static readonly MessageType VirtualServiceHostNotFoundInGateway = new(
        "IST0132", "VirtualServiceHostNotFoundInGateway", MessageLevel.Warning, "The Gateway serves none of the VirtualService's hosts to its namespace.",
        "Add the host to a server of the Gateway, or correct it.");

    public static readonly MessageType SchemaWarning = new(
        "IST0133", "SchemaWarning", MessageLevel.Warning, "Validation accepts the object but has doubts.", "Read the reason; correct the field if it is right.");

    public static readonly MessageType ServiceEntryAddressesRequired = new(
        "IST0134", "ServiceEntryAddressesRequired", MessageLevel.Warning,
        "A port that is not HTTP or TLS is told from others by address only, and the ServiceEntry has none.", "Set addresses.");

    public static readonly MessageType DeprecatedAnnotation = new(
        "IST0135", "DeprecatedAnnotation", MessageLevel.Info, "Istio has deprecated the annotation.", "Use what replaced it.");

    public static readonly MessageType DeploymentConflictingPorts = new(
        "IST0137", "DeploymentConflictingPorts", MessageLevel.Warning,
        "Services of the same workload lead to the same target port from different ports.", "Use the same port in both, or separate target ports.");

    public static readonly MessageType GatewayDuplicateCertificate = new(
        "IST0138", "GatewayDuplicateCertificate", MessageLevel.Warning,
        "Several Gateways of the same proxies use one certificate; browsers that reuse a connection for another of its hosts get 404.",
        "Serve the hosts with one Gateway, or use separate certificates.");

    public static readonly MessageType IngressRouteRulesNotAffected = new(
        "IST0140", "IngressRouteRulesNotAffected", MessageLevel.Warning,
        "Requests from the gateway are routed by this object alone; rules for subsets in the VirtualService for sidecars do not apply to them.",
        "Name the subset here too, or bind the other VirtualService to the gateway.");

    public static readonly MessageType InvalidApplicationUid = new(
        "IST0144", "InvalidApplicationUID", MessageLevel.Warning, "The application runs as user 1337, which is the sidecar's; its traffic is not captured.",
        "Run it as another user.");

    public static readonly MessageType ConflictingGateways = new(
        "IST0145", "ConflictingGateways", MessageLevel.Error, "Several Gateways configure the same port and host of the same proxies.",
        "Merge them, or separate their hosts, ports or selectors.");

    public static readonly MessageType ImageAutoWithoutInjectionWarning = new(
        "IST0146", "ImageAutoWithoutInjectionWarning", MessageLevel.Warning, "The workload asks for the injected image, but is not injected.",
        "Label its namespace or Pod template for injection.");

    public static readonly MessageType ImageAutoWithoutInjectionError = new(
        "IST0147", "ImageAutoWithoutInjectionError", MessageLevel.Error, "The Pod asks for the injected image and was not injected, so it cannot start.",
        "Label its namespace or the Pod for injection and create it again.");

    public static readonly MessageType JwtClaimBasedRoutingWithoutRequestAuthN = new(
        "IST0149", "JwtClaimBasedRoutingWithoutRequestAuthN", MessageLevel.Error,
        "The rule matches on claims of a token, and nothing verifies tokens at its gateway, so it never matches.",
        "Add a RequestAuthentication for the gateway's workloads.");

    public static readonly MessageType ExternalNameServiceTypeInvalidPortName = new(
        "IST0150", "ExternalNameServiceTypeInvalidPortName", MessageLevel.Warning,
        "The port of an ExternalName Service is TCP or says no protocol; it then takes traffic that is meant for other hosts on that port.",
        "Name the port after its protocol: http, https, tls.");

    public static readonly MessageType InvalidTelemetryProvider = new(
        "IST0157", "InvalidTelemetryProvider", MessageLevel.Warning, "The access log settings name no provider, and the mesh has no default one: nothing is logged.",
        "Name a provider, or set MeshConfig.defaultProviders.accessLogging.");

    public static readonly MessageType ConflictingTelemetryWorkloadSelectors = new(
        "IST0159", "ConflictingTelemetryWorkloadSelectors", MessageLevel.Error, "Several Telemetries select the same workload.",
        "Make their selectors exclude one another.");

    public static readonly MessageType MultipleTelemetriesWithoutWorkloadSelectors = new(
        "IST0160", "MultipleTelemetriesWithoutWorkloadSelectors", MessageLevel.Error, "Several Telemetries of a namespace have no selector.",
        "Keep one, and give the others selectors.");

    public static readonly MessageType InvalidGatewayCredential = new(
        "IST0161", "InvalidGatewayCredential", MessageLevel.Error, "The Secret a Gateway names cannot serve as its certificate.",
        "Put a valid PEM certificate chain and its key into tls.crt and tls.key.");

    public static readonly MessageType GatewayPortNotDefinedOnService = new(
        "IST0162", "GatewayPortNotDefinedOnService", MessageLevel.Warning, "The Gateway listens on a port that no Service of its proxies leads to.",
        "Add the port to the Service, or correct it.");

    public static readonly MessageType ReferencedInternalGateway = new(
        "IST0165", "ReferencedInternalGateway", MessageLevel.Warning, "The Gateway named is one that Istio makes from a Gateway API object.",
        "Bind an HTTPRoute to the Gateway API object instead.");

    public static readonly MessageType IneffectiveSelector = new(
        "IST0166", "IneffectiveSelector", MessageLevel.Warning, "A selector does not attach a policy to the proxies of a Gateway API Gateway.",
        "Use targetRefs.");

    public static readonly MessageType NegativeConditionStatus = new(
        "IST0171", "NegativeConditionStatus", MessageLevel.Warning, "The object's status says that something is wrong with it.", "Read the condition's message.");

    public static readonly MessageType DestinationRuleSubsetNotSelectPods = new(
        "IST0173", "DestinationRuleSubsetNotSelectPods", MessageLevel.Error, "No workload of the service is in the subset; requests to it fail with 503.",
        "Correct the subset's labels, or start a workload that has them.");

    public static readonly MessageType UnknownDestinationRuleHost = new(
        "IST0174", "UnknownDestinationRuleHost", MessageLevel.Warning, "The rule is for a host the mesh does not know, so it does nothing.",
        "Correct the host; short names are relative to the rule's own namespace.");

    public static readonly MessageType ConflictingServiceEntryProtocol = new(
        "IST0177", "ConflictingServiceEntryProtocol", MessageLevel.Warning, "ServiceEntries declare one port of one host with different protocols.",
        "Agree on one protocol, or keep them apart with exportTo.");

    public static ImmutableArray<MessageType> All { get; } =
    [
        InternalError, Deprecated, ReferencedResourceNotFound, NamespaceNotInjected, PodMissingProxy, SchemaValidationError, MisplacedAnnotation,
        UnknownAnnotation, ConflictingMeshGatewayVirtualServiceHosts, ConflictingSidecarWorkloadSelectors, MultipleSidecarsWithoutWorkloadSelectors,
        VirtualServiceDestinationPortSelectorRequired, MtlsPolicyConflict, DeploymentAssociatedToMultipleServices, PortNameIsNotUnderNamingConvention,
        JwtFailureDueToInvalidServicePortPrefix, NamespaceMultipleInjectionLabels, InvalidAnnotation, NoMatchingWorkloadsFound,
        NoServerCertificateVerificationDestinationLevel, NoServerCertificateVerificationPortLevel, VirtualServiceUnreachableRule,
        VirtualServiceIneffectiveMatch, VirtualServiceHostNotFoundInGateway, SchemaWarning, ServiceEntryAddressesRequired, DeprecatedAnnotation,
        DeploymentConflictingPorts, GatewayDuplicateCertificate, IngressRouteRulesNotAffected, InvalidApplicationUid, ConflictingGateways,
        ImageAutoWithoutInjectionWarning, ImageAutoWithoutInjectionError, JwtClaimBasedRoutingWithoutRequestAuthN, ExternalNameServiceTypeInvalidPortName,
        InvalidTelemetryProvider, ConflictingTelemetryWorkloadSelectors, MultipleTelemetriesWithoutWorkloadSelectors, InvalidGatewayCredential,
        GatewayPortNotDefinedOnService, ReferencedInternalGateway, IneffectiveSelector, NegativeConditionStatus, DestinationRuleSubsetNotSelectPods,
        UnknownDestinationRuleHost, ConflictingServiceEntryProtocol,
    ];
}
