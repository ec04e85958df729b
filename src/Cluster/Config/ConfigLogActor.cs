using Akka.Actor;
using Akka.Persistence;
using Google.Protobuf;
using Mesh.Cluster.Messaging;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Config;

/// <summary>
/// The one writer of configuration, a cluster singleton. A request becomes at most one event; the event's sequence number in the
/// journal is the revision; the answer and the batch to all replicas follow only when it is persisted. Should two of it ever
/// run (a replica that was frozen and wakes up), the journal's unique key fails the second write of a sequence number: that one
/// stops, and is started again by its supervisor with what the journal then says. An answer that needs no write claims as much ("in force
/// at revision N"), so the journal is asked first whether N is still its head.
/// <code>
///  ApplyConfig --> Decide --event--> journal --> Apply --> Publish (origin log) --> reply
///                     +--nothing changes, or a repeat--> journal's head is ours --> reply
///                                                                  +--is not ----> stop
/// </code>
/// </summary>
internal sealed partial class ConfigLogActor : ReceivePersistentActor
{
    private const ulong SnapshotEvery = 1000;

    private readonly IActorRef _originLogs;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FragmentAssembler _fragments;
    private ConfigState _state = ConfigState.Empty;

    public ConfigLogActor(IActorRef originLogs, TimeProvider time, ILogger<ConfigLogActor> log)
    {
        (_originLogs, _time, _log) = (originLogs, time, log);
        _fragments = new FragmentAssembler(e => LogMessages.Unreadable(_log, e));
        Recover<ConfigChanged>(changed => _state = _state.Apply(changed, (ulong)LastSequenceNr));
        Recover<SnapshotOffer>(offer => _state = ConfigState.FromSnapshot((ConfigSnapshot)offer.Snapshot));
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Command<ApplyConfig>(OnApply);
        Command<JournalHead.Found>(OnHead);
        Command<Fragment>(fragment =>
        {
            if (_fragments.Add(fragment) is { } whole) Self.Forward(whole);
        });
        Command<SaveSnapshotSuccess>(_ => { });
        Command<SaveSnapshotFailure>(failure => LogMessages.SnapshotFailed(_log, failure.Cause));
    }

    public override string PersistenceId => "config-log";

    public static Props Props(IActorRef originLogs, TimeProvider time, ILogger<ConfigLogActor> log) =>
        Akka.Actor.Props.Create(() => new ConfigLogActor(originLogs, time, log));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        LogMessages.Fenced(_log, sequenceNr, cause);

    private void OnRecovered()
    {
        LogMessages.Serving(_log, _state.Revision, _state.Objects.Count);
        _originLogs.Tell(new OriginLogProtocol.Restore(ToOriginSnapshot(_state)));
    }

    private void OnApply(ApplyConfig request)
    {
        var (changed, reply) = _state.Decide(request, _time.GetUtcNow());
        if (changed is null)
        {
            Context.ActorOf(JournalHead.Props(PersistenceId, LastSequenceNr, new Unchanged(reply, Sender), _log));
            return;
        }
        Persist(changed, persisted =>
        {
            var before = _state.Revision;
            _state = _state.Apply(persisted, (ulong)LastSequenceNr);
            _originLogs.Tell(new OriginLogProtocol.Publish(ToBatch(persisted, before, _state.Revision)));
            Reply(reply, Sender);
            if (_state.Revision % SnapshotEvery == 0) SaveSnapshot(_state.ToSnapshot());
        });
    }

    private void OnHead(JournalHead.Found head)
    {
        if (head.SequenceNr > LastSequenceNr)
        {
            LogMessages.Superseded(_log, _state.Revision, head.SequenceNr);
            Context.Stop(Self);
            return;
        }
        var (reply, asker) = (Unchanged)head.Subject;
        Reply(reply, asker);
    }

    private static void Reply(ConfigApplied reply, IActorRef asker)
    {
        foreach (var part in Fragments.Split(reply)) asker.Tell(part);
    }

    private static OriginBatch ToBatch(ConfigChanged changed, ulong before, ulong revision)
    {
        var batch = new OriginBatch { Origin = Origins.Config, Epoch = changed.Epoch, PrevRevision = before, Revision = revision };
        batch.Entries.AddRange(changed.Upserted.Select(ToEntry));
        batch.Entries.AddRange(changed.Removed.Select(key => new OriginEntry { Key = key, Removed = true }));
        return batch;
    }

    private static OriginSnapshot ToOriginSnapshot(ConfigState state)
    {
        var snapshot = new OriginSnapshot { Origin = Origins.Config, Epoch = state.Epoch, Revision = state.Revision };
        snapshot.Entries.AddRange(state.Objects.Values.Select(ToEntry));
        return snapshot;
    }

    private static OriginEntry ToEntry(StoredObject stored) =>
        new() { Key = ConfigState.KeyOf(stored), Value = stored.Object.ToByteString() };

    /// <summary>An answer that waits for the journal's word.</summary>
    private sealed record Unchanged(ConfigApplied Reply, IActorRef Asker);

    private static partial class LogMessages
    {
        [LoggerMessage(LogLevel.Warning, "The journal is at {Head} already, this configuration log only at {Revision}; it stops and recovers anew")]
        public static partial void Superseded(ILogger logger, ulong revision, long head);

        [LoggerMessage(LogLevel.Warning, "A request in fragments cannot be read and is left out")]
        public static partial void Unreadable(ILogger logger, Exception cause);

        [LoggerMessage(LogLevel.Information, "Configuration log serves from revision {Revision} with {Objects} objects")]
        public static partial void Serving(ILogger logger, ulong revision, int objects);

        [LoggerMessage(LogLevel.Warning, "Event {SequenceNr} could not be persisted; this configuration log stops and recovers anew")]
        public static partial void Fenced(ILogger logger, long sequenceNr, Exception cause);

        [LoggerMessage(LogLevel.Warning, "Snapshot of the configuration log could not be saved; the journal still has everything")]
        public static partial void SnapshotFailed(ILogger logger, Exception cause);
    }
}
