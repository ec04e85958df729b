using Akka.Actor;
using Mesh.Cluster.OriginLogs;
using Mesh.Core.Snapshots;

namespace Mesh.Cluster.Distribution;

/// <summary>Follows all origin logs of this replica and publishes each new model: swap, then signal. No debounce; sessions coalesce.</summary>
internal sealed partial class SnapshotActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan OrphanCheck = TimeSpan.FromSeconds(1);

    private readonly IActorRef _originLogs;
    private readonly ModelFeed _feed;
    private readonly ModelFold _fold;

    public SnapshotActor(IActorRef originLogs, ModelFeed feed, TrustBundle trustBundle, TimeSpan lease, TimeProvider time, ILogger<SnapshotActor> log)
    {
        (_originLogs, _feed, _fold) = (originLogs, feed, new ModelFold(trustBundle, lease));
        Receive<OriginLogProtocol.Advanced>(advanced =>
        {
            Publish(_fold.Apply(advanced, time.GetUtcNow()));
            foreach (var (key, reason) in _fold.Unreadable) Log.Unreadable(log, key, reason);
        });
        Receive<OriginLogProtocol.Expired>(expired =>
        {
            Log.Expired(log, expired.Origin);
            Publish(_fold.Drop(expired.Origin));
        });
        Receive<Tick>(_ =>
        {
            var changes = _fold.DropOrphans(time.GetUtcNow());
            if (!ReferenceEquals(_fold.Model, _feed.Current.Model) && changes.Workloads.Count > 0) Publish(changes);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        IActorRef originLogs, ModelFeed feed, TrustBundle trustBundle, TimeSpan lease, TimeProvider time, ILogger<SnapshotActor> log) =>
        Akka.Actor.Props.Create(() => new SnapshotActor(originLogs, feed, trustBundle, lease, time, log));

    protected override void PreStart()
    {
        _feed.Publish(_fold.Model, ModelChanges.None);
        _originLogs.Tell(new OriginLogProtocol.Follow(Self));
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, OrphanCheck);
    }

    private void Publish(ModelChanges changes) => _feed.Publish(_fold.Model, changes);

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Object {Key} is not understood by this version: {Reason}")]
        public static partial void Unreadable(ILogger logger, string key, string reason);

        [LoggerMessage(LogLevel.Information, "{Origin} was silent for its lease; what it told is void")]
        public static partial void Expired(ILogger logger, string origin);
    }
}
