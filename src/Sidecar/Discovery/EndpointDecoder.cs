using System.Net;
using System.Net.Sockets;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Upstreams;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads endpoints, keeping the state (connections, counts) of those an upstream already has.</summary>
internal static class EndpointDecoder
{
    public static UpstreamModel Decode(
        DecodedCluster cluster, ClusterLoadAssignment assignment, UpstreamModel? before, UpstreamConnector connector)
    {
        InvalidResourceException.ThrowIf(assignment.Policy is { DropOverloads.Count: > 0 }, "policy.drop_overloads");
        InvalidResourceException.ThrowIf(assignment.Policy is { WeightedPriorityHealth: true }, "policy.weighted_priority_health");
        var known = new Dictionary<EndpointKey, EndpointState>();
        var vitals = new Dictionary<EndPoint, EndpointVitals>();
        foreach (var endpoint in before?.Endpoints ?? [])
        {
            known.TryAdd(endpoint.State.Key, endpoint.State);
            vitals.TryAdd(endpoint.State.Key.Address, endpoint.State.Vitals);
        }
        var endpoints = new List<EndpointModel>();
        foreach (var group in assignment.Endpoints)
        {
            var locality = LocalityOf(group);
            foreach (var endpoint in group.LbEndpoints)
                endpoints.Add(One(cluster, endpoint, group.Priority, known, vitals, connector) with { Locality = locality });
        }
        var config = assignment.Policy?.OverprovisioningFactor is { } factor ? cluster.Config with { Overprovisioning = (int)Math.Min(factor, 100_000) } : cluster.Config;
        return new UpstreamModel(config, endpoints);
    }

    /// <summary>What each locality weighs, by <see cref="Localities.Key"/>.</summary>
    public static IEnumerable<KeyValuePair<string, int>> Weights(ClusterLoadAssignment assignment) => assignment.Endpoints.Select(LocalityOf)
        .GroupBy(Localities.Key, StringComparer.Ordinal).Select(g => KeyValuePair.Create(g.Key, (int)Math.Min(g.Sum(l => (long)l.Weight), int.MaxValue)));

    private static LocalityModel LocalityOf(LocalityLbEndpoints group) => group.Locality is { } locality
        ? new LocalityModel(locality.Region, locality.Zone, locality.SubZone, group.LoadBalancingWeight ?? 0)
        : LocalityModel.None with { Weight = group.LoadBalancingWeight ?? 0 };

    /// <summary>Of an endpoint, which may be a socket of the file system too.</summary>
    private static EndPoint EndpointOf(Address? address)
    {
        if (address?.AddressCase != Address.AddressOneofCase.Pipe) return AddressOf(address);
        try
        {
            // '@' is the abstract name space (Envoy), which .NET writes as its first byte.
            return new UnixDomainSocketEndPoint(address.Pipe.Path is ['@', .. var name] ? '\0' + name : address.Pipe.Path);
        }
        catch (ArgumentException e)
        {
            throw new InvalidResourceException($"'{address.Pipe.Path}' is not the path of a socket: {e.Message}");
        }
    }

    public static IPEndPoint AddressOf(Address? address)
    {
        if (address?.AddressCase != Address.AddressOneofCase.SocketAddress) throw new InvalidResourceException("an address that is not a socket address");
        var socket = address.SocketAddress;
        if (!IPAddress.TryParse(socket.Address, out var ip)) throw new InvalidResourceException($"'{socket.Address}' is not an IP address");
        if (socket.PortValue > 65535) throw new InvalidResourceException($"{socket.PortValue} is not a port");
        return new IPEndPoint(ip, (int)socket.PortValue);
    }

    private static EndpointModel One(
        DecodedCluster cluster, LbEndpoint endpoint, uint priority, Dictionary<EndpointKey, EndpointState> known,
        Dictionary<EndPoint, EndpointVitals> vitals, UpstreamConnector connector)
    {
        var address = EndpointOf(endpoint.Endpoint?.Address);
        var key = new EndpointKey(address, TransportFor(cluster, endpoint.Metadata), cluster.Config.Connection);
        if (!known.TryGetValue(key, out var state)) known[key] = state = new EndpointState(key, connector, vitals.GetValueOrDefault(address));
        return new EndpointModel(state, Health(endpoint.HealthStatus), endpoint.LoadBalancingWeight ?? 1, priority,
            endpoint.Endpoint?.Hostname is { Length: > 0 } hostname ? hostname : null, DestinationOf(endpoint.Metadata));
    }

    private static Security.UpstreamTlsModel? TransportFor(DecodedCluster cluster, Metadata? metadata)
    {
        var own = Filter(metadata, "envoy.transport_socket_match");
        foreach (var choice in cluster.Transports)
            if (Matches(choice.Match, own)) return choice.Tls;
        return null;
    }

    // Every field of the match must be there with the same value; an empty match takes all.
    private static bool Matches(Struct? match, Struct? own)
    {
        if (match is null) return true;
        foreach (var (key, value) in match.Fields)
            if (own is null || !own.Fields.TryGetValue(key, out var actual) || !actual.Equals(value)) return false;
        return true;
    }

    private static EndpointHealth Health(HealthStatus status) => status switch
    {
        HealthStatus.Unknown or HealthStatus.Healthy => EndpointHealth.Healthy,
        HealthStatus.Degraded => EndpointHealth.Degraded,
        HealthStatus.Draining => EndpointHealth.Draining,
        _ => EndpointHealth.Unhealthy,
    };

    private static PeerIdentity DestinationOf(Metadata? metadata) =>
        Filter(metadata, "istio") is { } istio && istio.Fields.TryGetValue("workload", out var workload) && workload.StringValue.Length > 0
            ? PeerIdentity.ParseEndpoint(workload.StringValue) : PeerIdentity.Unknown;

    private static Struct? Filter(Metadata? metadata, string name) =>
        metadata is not null && metadata.FilterMetadata.TryGetValue(name, out var value) ? value : null;
}
