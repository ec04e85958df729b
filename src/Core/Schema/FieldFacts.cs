using System.Text.RegularExpressions;
using Mesh.Core.Fields;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Resources.RateLimits;
using KubernetesPort = Mesh.Core.Resources.Kubernetes.ServicePort;

namespace Mesh.Core.Schema;

/// <summary>
/// What the models' types cannot say of a field: what holds when nobody sets it, and which records only gateways act on.
/// </summary>
internal static partial class FieldFacts
{
    private static readonly HashSet<Type> GatewayRecords = [typeof(Gateway), typeof(Server), typeof(ServerTlsSettings), typeof(TlsCertificate)];

    private static readonly Dictionary<(Type, string), string> Defaults = new()
    {
        [(typeof(VirtualService), nameof(VirtualService.Gateways))] = "mesh, all sidecars",
        [(typeof(VirtualService), nameof(VirtualService.ExportTo))] = "*, all namespaces",
        [(typeof(DestinationRule), nameof(DestinationRule.ExportTo))] = "*, all namespaces",
        [(typeof(HttpRedirect), nameof(HttpRedirect.RedirectCode))] = "301",
        [(typeof(HttpRetry), nameof(HttpRetry.PerTryTimeout))] = "the route's timeout",
        [(typeof(HttpRetry), nameof(HttpRetry.RetryOn))] = "connect-failure,refused-stream,unavailable,cancelled,503",
        [(typeof(HttpRoute), nameof(HttpRoute.Timeout))] = "none",
        [(typeof(LoadBalancerSettings), nameof(LoadBalancerSettings.Simple))] = "LEAST_REQUEST",
        [(typeof(TcpSettings), nameof(TcpSettings.ConnectTimeout))] = "the mesh's connectTimeout",
        [(typeof(KubernetesPort), nameof(KubernetesPort.TargetPort))] = "the port itself",
        [(typeof(KubernetesPort), nameof(KubernetesPort.Protocol))] = "TCP",
        [(typeof(MeshConfig), nameof(MeshConfig.TrustDomain))] = "cluster.local",
        [(typeof(MeshConfig), nameof(MeshConfig.DefaultHttpRetryPolicy))] = "2 attempts",
        [(typeof(MeshConfig), nameof(MeshConfig.EnableAutoMtls))] = "true",
        [(typeof(MeshConfig), nameof(MeshConfig.RootNamespace))] = "mesh-system",
        [(typeof(MeshConfig), nameof(MeshConfig.ConnectTimeout))] = "10s",
        [(typeof(RateLimitRule), nameof(RateLimitRule.Burst))] = "as many as requests",
        [(typeof(RateLimitRule), nameof(RateLimitRule.MaxKeys))] = "10000",
        [(typeof(RateLimitResponse), nameof(RateLimitResponse.Status))] = "429",
        [(typeof(RateLimitResponse), nameof(RateLimitResponse.Body))] = "local_rate_limited",
        [(typeof(RateLimitResponse), nameof(RateLimitResponse.RetryAfter))] = "true",
        [(typeof(LocalControlPlane), nameof(LocalControlPlane.Replicas))] = "1",
        [(typeof(LocalGateway), nameof(LocalGateway.Namespace))] = "mesh-system",
        [(typeof(LocalWorkload), nameof(LocalWorkload.Namespace))] = "default",
        [(typeof(LocalWorkload), nameof(LocalWorkload.ServiceAccount))] = "default",
        [(typeof(LocalWorkload), nameof(LocalWorkload.Replicas))] = "1",
        [(typeof(LocalWorkload), nameof(LocalWorkload.Sidecar))] = "true",
    };

    /// <summary>What holds when the field is left out; null where its type says it: nothing, zero, false.</summary>
    public static string? DefaultOf(FieldShape field) =>
        Defaults.GetValueOrDefault((field.Property.DeclaringType!, field.Property.Name)) ?? (field.Value is { Kind: ValueKind.Boolean, Nullable: false } ? "false" : ZeroOf(field));

    /// <summary>The release of Istio that brought the field, which its description says; null when it is as old as its kind, or not Istio's.</summary>
    public static string? ReleaseOf(string description) => Release().Match(description) is { Success: true } found ? found.Groups[1].Value : null;

    public static bool IsForGatewaysOnly(Type record) => GatewayRecords.Contains(record);

    [GeneratedRegex(@"Since Istio (\d+\.\d+)")]
    private static partial Regex Release();

    private static string? ZeroOf(FieldShape field) =>
        field.Value is { Kind: ValueKind.Enum, Nullable: false } ? field.Value.Enum!.Values.First(v => Convert.ToInt32(v.Value, System.Globalization.CultureInfo.InvariantCulture) == 0).Name : null;
}
