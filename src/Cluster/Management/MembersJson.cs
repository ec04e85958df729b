using System.Globalization;
using Akka.Cluster;

namespace Mesh.Cluster.Management;

/// <summary>The JSON of <c>/cluster/members</c>.</summary>
internal static class MembersJson
{
    public static object All(Akka.Cluster.Cluster cluster)
    {
        var state = cluster.State;
        var up = state.Members.Where(m => m.Status == MemberStatus.Up).ToArray();
        return new
        {
            selfNode = cluster.SelfAddress.ToString(),
            members = state.Members.Select(One),
            // Who else observes it is not public in Akka.NET.
            unreachable = state.Unreachable.Select(m => new { node = m.Address.ToString(), observedBy = new[] { cluster.SelfAddress.ToString() } }),
            leader = state.Leader?.ToString(),
            oldest = Oldest(up)?.Address.ToString(),
            oldestPerRole = up.SelectMany(m => m.Roles).Distinct()
                .ToDictionary(role => role, role => Oldest(up.Where(m => m.HasRole(role)))!.Address.ToString()),
        };
    }

    public static object One(Member member) => new
    {
        node = member.Address.ToString(),
        nodeUid = member.UniqueAddress.Uid.ToString(CultureInfo.InvariantCulture),
        status = member.Status.ToString(),
        roles = member.Roles,
    };

    /// <summary>The member that has been up longest: where singletons run.</summary>
    public static Member? Oldest(IEnumerable<Member> members) =>
        members.Aggregate((Member?)null, (oldest, m) => oldest is null || m.IsOlderThan(oldest) ? m : oldest);
}
