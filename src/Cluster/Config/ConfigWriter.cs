using Akka.Actor;
using Akka.Hosting;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Config;

/// <summary>Writes to the configuration log from anywhere in the cluster. Thread-safe.</summary>
internal sealed class ConfigWriter(ActorSystem system, IRequiredActor<ConfigLogActor> proxy)
{
    /// <summary>How long a write waits for the log to come up elsewhere; failover takes about 8 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The log's answer; null when the log could not be reached in time. The changes may then still take effect.</summary>
    public async Task<ConfigApplied?> ApplyAsync(IEnumerable<ConfigChange> changes, CancellationToken cancellation)
    {
        var request = new ApplyConfig { RequestId = Guid.NewGuid().ToString("N") };
        request.Changes.AddRange(changes);
        var answer = new TaskCompletionSource<ConfigApplied?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = await proxy.GetAsync(cancellation);
        var call = system.ActorOf(ConfigWriteActor.Props(log, request, answer, Patience));
        await using var _ = cancellation.Register(() => system.Stop(call));
        return await answer.Task.WaitAsync(cancellation);
    }
}
