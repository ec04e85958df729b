using System.Collections.Immutable;

namespace Mesh.Analysis.Messages;

/// <summary>What Istio's analysis does not find and its users ask about: silent losses, mostly.</summary>
internal static class MeshMessages
{
    public static readonly MessageType DuplicateObject = new(
        "MESH0001", "DuplicateObject", MessageLevel.Warning, "The same object is given more than once; the last one wins.", "Keep one.");

    public static readonly MessageType SubsetNotInForce = new(
        "MESH0002", "SubsetNotInForce", MessageLevel.Error,
        "A DestinationRule defines the subset, but another one is in force for these callers, and rules are not merged.",
        "Define the subset in the rule that is in force.");

    public static readonly MessageType DestinationRuleShadowed = new(
        "MESH0003", "DestinationRuleShadowed", MessageLevel.Warning,
        "More specific DestinationRules are in force for every host the wildcard stands for; nothing of this one applies.",
        "Repeat its settings in them, or remove it.");

    public static readonly MessageType DestinationRulePartlyIgnored = new(
        "MESH0004", "DestinationRulePartlyIgnored", MessageLevel.Warning,
        "An older DestinationRule of the namespace is for the same host; of this one only new subsets count.", "Merge them.");

    public static readonly MessageType PolicySelectsNothing = new(
        "MESH0005", "PolicySelectsNothing", MessageLevel.Warning, "No workload has the labels that the object selects.", "Correct the selector.");

    public static readonly MessageType ExportedToNobody = new(
        "MESH0006", "ExportedToNobody", MessageLevel.Warning, "exportTo hides the object from everybody.", "Correct exportTo.");

    public static readonly MessageType PolicyOverridden = new(
        "MESH0007", "PolicyOverridden", MessageLevel.Warning, "An older PeerAuthentication has the same scope; this one is not in force.",
        "Keep one for each scope.");

    public static readonly MessageType RetriesRepeatWrites = new(
        "MESH0008", "RetriesRepeatWrites", MessageLevel.Warning,
        "The rule repeats requests that change something after failures that can come too late to be harmless; they may be done twice.",
        "Restrict retryOn to connect-failure,refused-stream for this method.");

    public static readonly MessageType DelegateNotFound = new(
        "MESH0009", "DelegateNotFound", MessageLevel.Error, "The VirtualService that the rule delegates to does not exist, or has hosts of its own.",
        "Correct name and namespace; a delegate has no hosts.");

    public static readonly MessageType HttpRulesForOtherProtocol = new(
        "MESH0010", "HttpRulesForOtherProtocol", MessageLevel.Warning,
        "The object has HTTP rules for a host none of whose ports is HTTP; they never apply.",
        "Name the Service's port after its protocol, as in http-web, or use tcp or tls rules.");

    public static readonly MessageType VirtualServiceForUnknownHost = new(
        "MESH0011", "VirtualServiceForUnknownHost", MessageLevel.Info, "Sidecars route requests for this host, but no service has it.",
        "Check the host; short names are relative to the object's own namespace.");

    public static readonly MessageType GatewayWithoutRoutes = new(
        "MESH0012", "GatewayWithoutRoutes", MessageLevel.Info, "No VirtualService is bound to the Gateway; it answers every request with 404.",
        "Bind a VirtualService to it, or remove it.");

    public static readonly MessageType MutualTlsWithoutSidecar = new(
        "MESH0013", "MutualTlsWithoutSidecar", MessageLevel.Error, "Callers are told to use mutual TLS, and a workload behind the host has no sidecar to end it.",
        "Remove trafficPolicy.tls, so that callers follow what each workload can, or add sidecars.");

    public static readonly MessageType ServiceSelectsNothing = new(
        "MESH0014", "ServiceSelectsNothing", MessageLevel.Info, "No workload has the labels that the Service selects; requests to it fail with 503.",
        "Correct the selector, or start a workload.");

    public static ImmutableArray<MessageType> All { get; } =
    [
        DuplicateObject, SubsetNotInForce, DestinationRuleShadowed, DestinationRulePartlyIgnored, PolicySelectsNothing, ExportedToNobody, PolicyOverridden,
        RetriesRepeatWrites, DelegateNotFound, HttpRulesForOtherProtocol, VirtualServiceForUnknownHost, GatewayWithoutRoutes, MutualTlsWithoutSidecar,
        ServiceSelectsNothing,
    ];
}
