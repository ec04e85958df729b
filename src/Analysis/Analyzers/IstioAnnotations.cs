using System.Collections.Frozen;
using System.Net;

namespace Mesh.Analysis.Analyzers;

/// <summary>The annotations Istio knows (istio.io/api annotation): where each belongs, and how its value is judged.</summary>
internal static class IstioAnnotations
{
    /// <summary>An annotation.</summary>
    /// <param name="Kinds">Kinds it belongs on; empty: any.</param>
    /// <param name="Replacement">What to use instead of a deprecated one; null when it is not deprecated, empty when nothing replaces it.</param>
    /// <param name="Problem">Why a value is wrong; null when it is right.</param>
    public sealed record Known(string[] Kinds, string? Replacement = null, Func<string, string?>? Problem = null);

    private static readonly Known OnPod = new(["Pod"]);
    private static readonly Known OnEntry = new(["WorkloadEntry"]);
    private static readonly Known Anywhere = new([]);

    private static readonly FrozenDictionary<string, Known> All = new Dictionary<string, Known>
    {
        ["alpha.istio.io/canonical-serviceaccounts"] = new(["Service"], ""),
        ["alpha.istio.io/identity"] = new(["Pod"], ""),
        ["alpha.istio.io/kubernetes-serviceaccounts"] = new(["Service"], ""),
        ["ambient.istio.io/bypass-inbound-capture"] = OnPod,
        ["ambient.istio.io/dns-capture"] = OnPod,
        ["ambient.istio.io/redirection"] = OnPod,
        ["ambient.istio.io/waypoint-inbound-binding"] = new(["GatewayClass"]),
        ["galley.istio.io/analyze-suppress"] = Anywhere,
        ["gateway.istio.io/controller-version"] = Anywhere,
        ["gateway.istio.io/name-override"] = Anywhere,
        ["gateway.istio.io/service-account"] = Anywhere,
        ["inject.istio.io/templates"] = OnPod,
        ["install.operator.istio.io/chart-owner"] = Anywhere,
        ["install.operator.istio.io/owner-generation"] = Anywhere,
        ["install.operator.istio.io/version"] = Anywhere,
        ["internal.istio.io/service-upgrade"] = new(["Service"]),
        ["istio.io/autoRegistrationGroup"] = OnEntry,
        ["istio.io/connectedAt"] = OnEntry,
        ["istio.io/disconnectedAt"] = OnEntry,
        ["istio.io/dry-run"] = new(["AuthorizationPolicy"]),
        ["istio.io/for-service-account"] = new(["ServiceAccount"]),
        ["istio.io/rev"] = OnPod,
        ["istio.io/reroute-virtual-interfaces"] = OnPod,
        ["istio.io/workloadController"] = OnEntry,
        ["kubernetes.io/ingress.class"] = new(["Ingress"]),
        ["networking.istio.io/address-type"] = new(["Gateway"]),
        ["networking.istio.io/exportTo"] = new(["Service"]),
        ["networking.istio.io/service-type"] = new(["Gateway"]),
        ["networking.istio.io/traffic-distribution"] = new(["Service", "ServiceEntry", "Namespace"]),
        ["prometheus.istio.io/merge-metrics"] = OnPod,
        ["proxy.istio.io/config"] = OnPod,
        ["proxy.istio.io/overrides"] = OnPod,
        ["readiness.status.sidecar.istio.io/applicationPorts"] = new(["Pod"], null, Ports),
        ["readiness.status.sidecar.istio.io/failureThreshold"] = new(["Pod"], null, Number),
        ["readiness.status.sidecar.istio.io/initialDelaySeconds"] = new(["Pod"], null, Number),
        ["readiness.status.sidecar.istio.io/periodSeconds"] = new(["Pod"], null, Number),
        ["security.istio.io/autoMTLS"] = OnPod,
        ["sidecar.istio.io/agentLogLevel"] = OnPod,
        ["sidecar.istio.io/bootstrapOverride"] = OnPod,
        ["sidecar.istio.io/componentLogLevel"] = OnPod,
        ["sidecar.istio.io/controlPlaneAuthPolicy"] = new(["Pod"], ""),
        ["sidecar.istio.io/discoveryAddress"] = new(["Pod"], ""),
        ["sidecar.istio.io/enableCoreDump"] = new(["Pod"], null, Flag),
        ["sidecar.istio.io/extraStatTags"] = OnPod,
        ["sidecar.istio.io/inject"] = new(["Pod"], "the label sidecar.istio.io/inject", Flag),
        ["sidecar.istio.io/interceptionMode"] = new(["Pod"], null, Interception),
        ["sidecar.istio.io/logLevel"] = OnPod,
        ["sidecar.istio.io/nativeSidecar"] = new(["Pod"], null, Flag),
        ["sidecar.istio.io/proxyCPU"] = OnPod,
        ["sidecar.istio.io/proxyCPULimit"] = OnPod,
        ["sidecar.istio.io/proxyImage"] = OnPod,
        ["sidecar.istio.io/proxyImageType"] = OnPod,
        ["sidecar.istio.io/proxyMemory"] = OnPod,
        ["sidecar.istio.io/proxyMemoryLimit"] = OnPod,
        ["sidecar.istio.io/rewriteAppHTTPProbers"] = new(["Pod"], null, Flag),
        ["sidecar.istio.io/statsCompression"] = new(["Pod"], null, Flag),
        ["sidecar.istio.io/statsHistogramBuckets"] = OnPod,
        ["sidecar.istio.io/statsInclusionPrefixes"] = new(["Pod"], ""),
        ["sidecar.istio.io/statsInclusionRegexps"] = new(["Pod"], ""),
        ["sidecar.istio.io/statsInclusionSuffixes"] = new(["Pod"], ""),
        ["sidecar.istio.io/status"] = OnPod,
        ["sidecar.istio.io/userVolume"] = OnPod,
        ["sidecar.istio.io/userVolumeMount"] = OnPod,
        ["status.sidecar.istio.io/port"] = new(["Pod"], null, Port),
        ["topology.istio.io/controlPlaneClusters"] = new(["Namespace"]),
        ["traffic.istio.io/nodeSelector"] = new(["Service"]),
        ["traffic.sidecar.istio.io/excludeInboundPorts"] = new(["Pod"], null, Ports),
        ["traffic.sidecar.istio.io/excludeInterfaces"] = OnPod,
        ["traffic.sidecar.istio.io/excludeOutboundIPRanges"] = new(["Pod"], null, Ranges),
        ["traffic.sidecar.istio.io/excludeOutboundPorts"] = new(["Pod"], null, Ports),
        ["traffic.sidecar.istio.io/includeInboundPorts"] = new(["Pod"], null, PortsOrAll),
        ["traffic.sidecar.istio.io/includeOutboundIPRanges"] = new(["Pod"], null, RangesOrAll),
        ["traffic.sidecar.istio.io/includeOutboundPorts"] = new(["Pod"], null, PortsOrAll),
        ["traffic.sidecar.istio.io/kubevirtInterfaces"] = new(["Pod"], "istio.io/reroute-virtual-interfaces"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static Known? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>Whether the annotation claims to be Istio's.</summary>
    public static bool IsIstios(string name) => name == "kubernetes.io/ingress.class" || name.Split('/')[0].EndsWith("istio.io", StringComparison.Ordinal);

    private static string? Flag(string value) => value is "true" or "false" or "True" or "False" or "TRUE" or "FALSE" or "1" or "0" or "t" or "f" or "T" or "F" or "yes" or "no" ? null : $"\"{value}\" is neither true nor false";

    private static string? Number(string value) => uint.TryParse(value, out _) ? null : $"\"{value}\" is not a number";

    private static string? Port(string value) => ushort.TryParse(value, out _) ? null : $"\"{value}\" is not a port";

    private static string? Ports(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Port).FirstOrDefault(p => p is not null);

    private static string? PortsOrAll(string value) => value == "*" ? null : Ports(value);

    private static string? RangesOrAll(string value) => value == "*" ? null : Ranges(value);

    private static string? Ranges(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(range => !range.Contains('/') || !IPNetwork.TryParse(range, out _)) is { } wrong ? $"\"{wrong}\" is not an address range such as 10.0.0.0/8" : null;

    private static string? Interception(string value) => value is "REDIRECT" or "TPROXY" or "NONE" ? null : $"\"{value}\" is not REDIRECT, TPROXY or NONE";
}
