using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Event;

namespace Mesh.Cluster.Membership;

/// <summary>
/// Supervises the top-level actors; named in base.conf. An actor that holds state which others follow would come back from a restart empty
/// and without followers, and the model would freeze without a word. So its failure ends the actor system, and <see cref="DowningExit"/>
/// the process; a fresh one gets everything again. All other actors are restarted, as by default.
/// </summary>
internal sealed class EssentialSupervision : SupervisorStrategyConfigurator
{
    private static readonly HashSet<string> Essential = new(StringComparer.Ordinal)
    {
        OriginLogs.OriginLogsActor.Name, "registry", "snapshot",
    };

    public override SupervisorStrategy Create() => new Strategy();

    /// <summary>Why the actor system ends.</summary>
    internal sealed class EssentialActorFailed : CoordinatedShutdown.Reason
    {
        public static readonly EssentialActorFailed Instance = new();

        public override int ExitCode => 1;
    }

    private sealed class Strategy : OneForOneStrategy
    {
        public Strategy() : base(DefaultDecider.Decide) { }

        protected override Directive Handle(IActorRef child, Exception exception) =>
            Essential.Contains(child.Path.Name) ? Directive.Stop : base.Handle(child, exception);

        public override void ProcessFailure(
            IActorContext context, bool restart, IActorRef child, Exception cause, ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children)
        {
            base.ProcessFailure(context, restart, child, cause, stats, children);
            if (restart || !Essential.Contains(child.Path.Name)) return;
            context.System.Log.Error(cause, "{0} failed and holds state that cannot be restored here; this replica ends", child.Path);
            _ = CoordinatedShutdown.Get(context.System).Run(EssentialActorFailed.Instance);
        }
    }
}
