using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Mesh.Core.Resources.Security;
using Mesh.Core.Snapshots;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;
using XdsLocality = Envoy.Config.Core.V3.Locality;

namespace Mesh.Translation.Endpoints;

/// <summary>Builds the endpoints of one cluster: by locality, in a fixed order, with health, weight and how they are secured.</summary>
internal static class LoadAssignmentBuilder
{
    public static ClusterLoadAssignment Build(
        string cluster, ServicePortModel port, ImmutableSortedDictionary<string, string> labels, IEnumerable<Workload> workloads,
        PeerAuthenticationTable policies, LocalityPlan plan)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = cluster };
        var members = workloads.Where(w => Labels.Match(labels, w.Labels)).ToList();
        var weights = members.GroupBy(w => w.Locality, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (uint)g.Sum(w => Math.Max(1, w.Weight)), StringComparer.Ordinal);
        // xDS wants priorities without gaps.
        var distances = members.Select(plan.Distance).Distinct().Order().ToList();
        var groups = members.GroupBy(w => (Priority: distances.IndexOf(plan.Distance(w)), w.Locality))
            .OrderBy(g => g.Key.Priority).ThenBy(g => g.Key.Locality, StringComparer.Ordinal);
        foreach (var group in groups)
        {
            if (plan.Weight(group.Key.Locality, weights) is not { } weight) continue;
            var locality = new LocalityLbEndpoints { Locality = Locality(group.Key.Locality), Priority = (uint)group.Key.Priority };
            locality.LbEndpoints.AddRange(group.OrderBy(w => w.Id).Select(w => Endpoint(w, port, policies)));
            locality.LoadBalancingWeight = plan.IsWeighted ? weight : (uint)locality.LbEndpoints.Sum(e => e.LoadBalancingWeight!.Value);
            assignment.Endpoints.Add(locality);
        }
        return assignment;
    }

    private static Address AddressOf(Workload workload, ServicePortModel port) => workload.Address.StartsWith("unix:", StringComparison.Ordinal)
        ? Addresses.Socket(workload.Address["unix:".Length..].TrimStart('/') is ['@', ..] name ? name : workload.Address["unix://".Length..])
        : Addresses.Socket(workload.Address, workload.PortsByName.TryGetValue(port.Name, out var named) ? named : workload.Ports.GetValueOrDefault(port.TargetPort, port.TargetPort));

    private static LbEndpoint Endpoint(Workload workload, ServicePortModel port, PeerAuthenticationTable policies)
    {
        var endpoint = new LbEndpoint
        {
            Endpoint = new Endpoint { Address = AddressOf(workload, port) },
            HealthStatus = Health(workload.Health),
            LoadBalancingWeight = (uint)Math.Max(1, workload.Weight),
            Metadata = new Metadata(),
        };
        if (AnswersMutualTls(workload, port.TargetPort, policies))
            endpoint.Metadata.FilterMetadata.Add("envoy.transport_socket_match", Structs.Of("tlsMode", "istio"));
        endpoint.Metadata.FilterMetadata.Add("istio", Structs.Of("workload", Describe(workload)));
        return endpoint;
    }

    private static bool AnswersMutualTls(Workload workload, int targetPort, PeerAuthenticationTable policies) =>
        workload.HasSidecar &&
        (policies.Disabling.IsEmpty || policies.For(workload.Id.Namespace, workload.Labels).Mode(targetPort) != MutualTlsMode.Disable);

    private static HealthStatus Health(WorkloadHealth health) => health switch
    {
        WorkloadHealth.Healthy => HealthStatus.Healthy,
        WorkloadHealth.Draining => HealthStatus.Draining,
        _ => HealthStatus.Unhealthy,
    };

    private static XdsLocality Locality(string text)
    {
        var parts = text.Split('/', 3);
        return new XdsLocality
        {
            Region = parts[0],
            Zone = parts.Length > 1 ? parts[1] : "",
            SubZone = parts.Length > 2 ? parts[2] : "",
        };
    }

    /// <summary>Istio's form, for the labels of the caller's metrics: name, namespace, canonical name and revision, cluster.</summary>
    private static string Describe(Workload workload)
    {
        var name = First(workload, "service.istio.io/canonical-name", "app.kubernetes.io/name", "app") ?? workload.WorkloadName;
        var revision = First(workload, "service.istio.io/canonical-revision", "app.kubernetes.io/version", "version") ?? "latest";
        return $"{workload.WorkloadName};{workload.Id.Namespace};{name};{revision};Kubernetes";
    }

    private static string? First(Workload workload, params ReadOnlySpan<string> labels)
    {
        foreach (var label in labels)
            if (workload.Labels.TryGetValue(label, out var value)) return value;
        return null;
    }
}
