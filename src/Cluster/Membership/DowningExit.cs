using Akka.Actor;

namespace Mesh.Cluster.Membership;

/// <summary>
/// Ends the process when the actor system ends without being asked: this replica was downed, or could not join. A downed replica may not
/// come back with the same identity, so it exits with 1 and its supervisor starts it anew.
/// </summary>
internal sealed partial class DowningExit(ActorSystem system, IHostApplicationLifetime lifetime, ILogger<DowningExit> log) : IHostedService
{
    private Task _ended = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ended = system.WhenTerminated.ContinueWith(_ => OnTerminated(), TaskScheduler.Default);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => system.WhenTerminated.IsCompleted ? _ended : Task.CompletedTask;

    private void OnTerminated()
    {
        // Not by whether the host is stopping: Akka.Hosting stops it too once the system ended, perhaps before this is called.
        if (CoordinatedShutdown.Get(system).ShutdownReason is CoordinatedShutdown.ClrExitReason) return;
        Log.Terminated(log, CoordinatedShutdown.Get(system).ShutdownReason?.GetType().Name ?? "unknown");
        Environment.ExitCode = 1;
        lifetime.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The actor system ended by itself ({Reason}); this replica exits to be started anew")]
        public static partial void Terminated(ILogger logger, string reason);
    }
}
