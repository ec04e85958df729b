using Akka.Actor;
using Mesh.Cluster.Membership;
using Mesh.Cluster.OriginLogs;
using Mesh.MultiNode.Tests.Replicas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mesh.MultiNode.Tests;

/// <summary>A replica whose model can no longer be right ends; it never goes on with a frozen one.</summary>
public sealed class BrokenModelTests
{
    [Fact]
    public async Task Exception_InOriginLogs_EndsTheProcessForItsSupervisor()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        var replica = mesh.Replicas[0];
        var lifetime = replica.Host.Services.GetRequiredService<IHostApplicationLifetime>();
        Environment.ExitCode = 0;
        replica.System.ActorSelection($"/user/{OriginLogsActor.Name}").Tell(new OriginLogProtocol.Append(null!, 1, []));
        await Until.TrueAsync(() => lifetime.ApplicationStopping.IsCancellationRequested, "the host stops");
        Assert.IsType<EssentialSupervision.EssentialActorFailed>(CoordinatedShutdown.Get(replica.System).ShutdownReason);
        await Until.TrueAsync(() => Environment.ExitCode == 1, "the exit code says so");
    }
}
