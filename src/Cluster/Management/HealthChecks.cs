using System.Text.Json;
using Akka.Actor;
using Akka.Cluster;
using Mesh.Cluster.OriginLogs;

namespace Mesh.Cluster.Management;

/// <summary>Probes. 200 with an empty body, or 500 with one line that names the check.</summary>
internal static class HealthChecks
{
    public static readonly JsonSerializerOptions VerbatimNames = new() { PropertyNamingPolicy = null };
    private static readonly TimeSpan AliveTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Actors still run. Says nothing of membership: a partition must not get every replica killed.</summary>
    public static async Task<IResult> AliveAsync(ActorSystem system, CancellationToken cancellation)
    {
        try
        {
            await system.ActorSelection("/user/" + OriginLogsActor.Name).Ask<ActorIdentity>(new Identify(null), AliveTimeout, cancellation);
            return Results.Ok();
        }
        catch (AskTimeoutException)
        {
            return Unhealthy("actors");
        }
    }

    /// <summary>Up, everything caught up once, and not leaving. Others being unreachable does not matter.</summary>
    public static IResult Ready(ActorSystem system, PeerTable peers, IHostApplicationLifetime lifetime)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return Unhealthy("shutting-down");
        if (StatusOf(system) is not (MemberStatus.Up or MemberStatus.WeaklyUp)) return Unhealthy("cluster-membership");
        return peers.CaughtUp ? Results.Ok() : Unhealthy("origin-logs");
    }

    /// <summary>Has joined.</summary>
    public static IResult Startup(ActorSystem system) =>
        StatusOf(system) is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Leaving or MemberStatus.Exiting
            ? Results.Ok() : Unhealthy("cluster-membership");

    private static MemberStatus StatusOf(ActorSystem system) => Akka.Cluster.Cluster.Get(system).SelfMember.Status;

    private static IResult Unhealthy(string check) => Results.Text($"Not Healthy: {check}", statusCode: 500);
}
