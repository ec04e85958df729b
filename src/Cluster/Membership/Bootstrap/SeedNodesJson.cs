using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;

namespace Mesh.Cluster.Membership.Bootstrap;

/// <summary>
/// The body of <c>/bootstrap/seed-nodes</c>: written as Akka.Management on .NET does, read in that form and in the JVM's.
/// </summary>
internal static class SeedNodesJson
{
    private const int MaxSeeds = 5;

    /// <exception cref="JsonException">Neither form.</exception>
    public static ImmutableHashSet<Address> Parse(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        if (root.TryGetProperty("Nodes", out var nodes))
            return [.. nodes.EnumerateArray().Select(node => ParseDotNet(node.GetProperty("Node")))];
        if (root.TryGetProperty("seedNodes", out nodes))
            return [.. nodes.EnumerateArray().Select(node => ParseText(node.GetProperty("node").GetString()))];
        throw new JsonException("neither Nodes nor seedNodes");
    }

    public static object Write(Akka.Cluster.Cluster cluster)
    {
        var state = cluster.State;
        var self = cluster.SelfMember.Status;
        var isLeaving = self is Akka.Cluster.MemberStatus.Leaving or Akka.Cluster.MemberStatus.Exiting
            or Akka.Cluster.MemberStatus.Down or Akka.Cluster.MemberStatus.Removed;
        var members = isLeaving ? [] : state.Members.Except(state.Unreachable)
            .Where(m => m.Status is Akka.Cluster.MemberStatus.Up or Akka.Cluster.MemberStatus.WeaklyUp or Akka.Cluster.MemberStatus.Joining)
            .ToArray();
        Random.Shared.Shuffle(members);
        return new
        {
            SelfNode = WriteAddress(cluster.SelfAddress),
            Nodes = members.Take(MaxSeeds).Select(m => new
            {
                Node = WriteAddress(m.Address),
                NodeUid = m.UniqueAddress.Uid,
                Status = (int)m.Status,
                m.Roles,
            }),
        };
    }

    private static object WriteAddress(Address address) => new
    {
        address.Host,
        address.Port,
        address.System,
        address.Protocol,
        address.HasLocalScope,
        address.HasGlobalScope,
    };

    private static Address ParseDotNet(JsonElement node) => new(
        node.GetProperty("Protocol").GetString() ?? "", node.GetProperty("System").GetString() ?? "",
        node.GetProperty("Host").GetString(), node.GetProperty("Port").GetInt32());

    private static Address ParseText(string? text)
    {
        try
        {
            return Address.Parse(text ?? "");
        }
        catch (UriFormatException e)
        {
            throw new JsonException($"'{text}' is not an address", e);
        }
    }
}
