using System.Collections.Immutable;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;
using XdsLocality = Envoy.Config.Core.V3.Locality;

namespace Mesh.Translation.Endpoints;

/// <summary>Endpoints that a ServiceEntry writes itself; without any, its host.</summary>
internal static class EntryEndpoints
{
    public static ClusterLoadAssignment Build(
        string cluster, ServiceEntry entry, string host, ServicePortModel port, ImmutableSortedDictionary<string, string> labels)
    {
        var assignment = new ClusterLoadAssignment { ClusterName = cluster };
        IEnumerable<WorkloadEntry> endpoints = entry.Endpoints.IsEmpty ? [new WorkloadEntry { Address = host }] : entry.Endpoints.Where(CanBeReached);
        foreach (var group in endpoints.Where(e => Labels.Match(labels, e.Labels)).GroupBy(e => e.Locality, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var locality = new LocalityLbEndpoints { Locality = Locality(group.Key) };
            locality.LbEndpoints.AddRange(group.Select(e => Endpoint(e, port)));
            locality.LoadBalancingWeight = (uint)locality.LbEndpoints.Sum(e => e.LoadBalancingWeight!.Value);
            assignment.Endpoints.Add(locality);
        }
        return assignment;
    }

    /// <summary>Sockets, and networks behind a gateway, are not supported.</summary>
    public static bool CanBeReached(WorkloadEntry endpoint) => endpoint.Address.Length > 0 && !endpoint.Address.StartsWith("unix:", StringComparison.Ordinal);

    private static LbEndpoint Endpoint(WorkloadEntry entry, ServicePortModel port)
    {
        var endpoint = new LbEndpoint
        {
            Endpoint = new Endpoint { Address = Addresses.Socket(entry.Address, entry.Ports.GetValueOrDefault(port.Name, port.TargetPort)) },
            LoadBalancingWeight = (uint)Math.Max(1, entry.Weight),
        };
        // As in Istio, an endpoint outside of the registry speaks mutual TLS where its label says so, or where it has a service account.
        if (WrittenWorkloads.Of(entry, "", "").HasSidecar)
        {
            endpoint.Metadata = new Metadata();
            endpoint.Metadata.FilterMetadata.Add("envoy.transport_socket_match", Structs.Of("tlsMode", "istio"));
        }
        return endpoint;
    }

    private static XdsLocality Locality(string text)
    {
        var parts = text.Split('/', 3);
        return new XdsLocality { Region = parts[0], Zone = parts.Length > 1 ? parts[1] : "", SubZone = parts.Length > 2 ? parts[2] : "" };
    }
}
