using Akka.Actor;
using Mesh.Cluster.Membership.Bootstrap;

namespace Mesh.Cluster.Management;

/// <summary>
/// Akka.Management's routes, read-only: this port has neither TLS nor authentication, so the verbs that change membership answer 405.
/// </summary>
internal static class ManagementEndpoints
{
    public static void MapManagement(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/alive", HealthChecks.AliveAsync);
        routes.MapGet("/ready", HealthChecks.Ready);
        routes.MapGet("/startup", HealthChecks.Startup);
        routes.MapGet("/bootstrap/seed-nodes", (ActorSystem system) =>
            Results.Json(SeedNodesJson.Write(ClusterOf(system)), HealthChecks.VerbatimNames));
        routes.MapGet("/remote/address", (ActorSystem system) =>
            Results.Json(new { Address = ClusterOf(system).SelfAddress.ToString() }, HealthChecks.VerbatimNames));
        routes.MapGet("/cluster/members", (ActorSystem system) => Results.Json(MembersJson.All(ClusterOf(system))));
        routes.MapGet("/cluster/members/{**address}", GetMember);
        routes.MapMethods("/cluster/{**rest}", ["POST", "PUT", "DELETE", "PATCH"], () => Results.StatusCode(405));
    }

    private static IResult GetMember(string address, ActorSystem system)
    {
        var cluster = ClusterOf(system);
        var wanted = Uri.UnescapeDataString(address);
        var member = cluster.State.Members.FirstOrDefault(m => m.Address.ToString() == wanted || m.Address.HostPort() == wanted);
        return member is null
            ? Results.Json(new { message = $"Member [{wanted}] not found" }, statusCode: 404)
            : Results.Json(MembersJson.One(member));
    }

    private static Akka.Cluster.Cluster ClusterOf(ActorSystem system) => Akka.Cluster.Cluster.Get(system);
}
