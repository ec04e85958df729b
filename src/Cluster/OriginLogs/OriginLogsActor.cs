using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Google.Protobuf;
using Mesh.Cluster.Messaging;
using Mesh.Cluster.Wire;
using static Mesh.Cluster.OriginLogs.OriginLogProtocol;

namespace Mesh.Cluster.OriginLogs;

/// <summary>
/// All origin logs of one replica: takes local appends, sends batches to every peer, applies theirs, and asks for what is
/// missing. Only delivers and asks; whether a batch fits is decided by <see cref="OriginLog"/>.
/// <code>
///  owner --Append/Publish--> [1 log] --Batch--> peers' OriginLogsActor --[2 Apply]--> Advanced --> followers
///                                                   | gap, or beacon ahead
///                                                   +--CatchUp--> whoever showed it --[3 batches | snapshot]-->
/// </code>
/// </summary>
internal sealed class OriginLogsActor : ReceiveActor, IWithTimers
{
    /// <summary>The actor's name; peers find each other by it.</summary>
    public const string Name = "origin-logs";

    private readonly OriginLogsOptions _options;
    private readonly PeerTable _table;
    private readonly TimeProvider _time;
    private readonly OriginLeases _leases;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly Dictionary<string, OriginLog> _logs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> _announced = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<Address, (UniqueAddress Member, ActorSelection Logs)> _peers = [];
    private readonly FragmentAssembler _fragments;
    private readonly List<IActorRef> _followers = [];
    private readonly HashSet<Address> _heardFrom = [];

    public OriginLogsActor(OriginLogsOptions options, PeerTable table, TimeProvider time)
    {
        (_options, _table, _time) = (options, table, time);
        _fragments = FragmentAssembler.Warning(Context.GetLogger());
        _leases = new OriginLeases(time, options.Lease, options.Replica);
        ReceiveLocal();
        ReceiveFromPeers();
        Receive<ClusterEvent.IMemberEvent>(OnMember);
        Receive<Tick>(_ => OnTick());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(OriginLogsOptions options, PeerTable table, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new OriginLogsActor(options, table, time));

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, _options.BeaconInterval);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void ReceiveLocal()
    {
        Receive<Append>(append =>
        {
            var batch = LogOf(append.Origin).Append(append.Epoch, append.Entries);
            Announce(batch.Origin, batch.Entries);
            SendToPeers(batch);
            if (append.Ack is not null) Sender.Tell(append.Ack);
        });
        Receive<Publish>(publish =>
        {
            Take(publish.Batch.Origin, LogOf(publish.Batch.Origin).Apply(publish.Batch));
            SendToPeers(publish.Batch);
        });
        Receive<Restore>(restore =>
        {
            var isNew = !_logs.ContainsKey(restore.Snapshot.Origin);
            var result = LogOf(restore.Snapshot.Origin).Apply(restore.Snapshot);
            if (isNew || result.Outcome == OriginOutcome.Applied) Announce(restore.Snapshot.Origin, result.Changes);
            SendBeacon();
        });
        Receive<Follow>(follow =>
        {
            _followers.Add(follow.Subscriber);
            foreach (var log in _logs.Values) follow.Subscriber.Tell(Whole(log));
        });
    }

    private void ReceiveFromPeers()
    {
        Receive<OriginBatch>(batch => OnBatch(batch));
        Receive<OriginSnapshot>(snapshot => OnSnapshot(snapshot));
        Receive<OriginBeacon>(OnBeacon);
        Receive<OriginCatchUp>(OnCatchUp);
        Receive<Fragment>(fragment =>
        {
            if (_fragments.Add(fragment) is { } whole) Self.Forward(whole);
        });
    }

    private void OnBatch(OriginBatch batch)
    {
        if (_leases.IsExpired(batch.Origin, batch.Epoch)) return;
        _leases.Seen(batch.Origin);
        var result = LogOf(batch.Origin).Apply(batch);
        if (result.Outcome == OriginOutcome.Gap) AskForMissing(batch.Origin);
        else Take(batch.Origin, result);
    }

    private void OnSnapshot(OriginSnapshot snapshot)
    {
        if (_leases.IsExpired(snapshot.Origin, snapshot.Epoch)) return;
        _leases.Seen(snapshot.Origin);
        var isNew = !_logs.ContainsKey(snapshot.Origin);
        var result = LogOf(snapshot.Origin).Apply(snapshot);
        // A log that is still empty is news too: followers then know that it is there.
        if (isNew && result.Outcome != OriginOutcome.Applied) Announce(snapshot.Origin, []);
        else Take(snapshot.Origin, result);
    }

    private void OnBeacon(OriginBeacon beacon)
    {
        _leases.Heard(beacon.Replica);
        var config = beacon.Heads.FirstOrDefault(head => head.Origin == Origins.Config);
        _table.Set(new PeerModel(beacon.Replica, beacon.Address, config?.Revision ?? 0, _time.GetUtcNow()));
        var behind = false;
        foreach (var head in beacon.Heads)
        {
            if (_leases.IsExpired(head.Origin, head.Epoch)) continue;
            _leases.Seen(head.Origin);
            if (_logs.TryGetValue(head.Origin, out var log) && !log.IsBehind(head)) continue;
            behind = true;
            AskForMissing(head.Origin);
        }
        if (!behind) _heardFrom.Add(Sender.Path.Address);
        MarkCaughtUp();
    }

    private void OnCatchUp(OriginCatchUp ask)
    {
        if (!_logs.TryGetValue(ask.Origin, out var log)) return;
        // Zero and zero: the asker has never heard of the log, and an empty one is an answer too.
        IReadOnlyList<IMessage> answer = ask is { Epoch: 0, From: 0 } ? [log.Snapshot()] : log.CatchUp(ask.Epoch, ask.From);
        foreach (var message in answer.SelectMany(Fragments.Split)) Sender.Tell(message);
    }

    private void OnMember(ClusterEvent.IMemberEvent change)
    {
        var address = change.Member.Address;
        if (address == _cluster.SelfAddress || !change.Member.HasRole("cp")) return;
        if (change is ClusterEvent.MemberRemoved)
        {
            // A replica started again may be announced before the removal of its former life at the same address.
            if (_peers.TryGetValue(address, out var former) && former.Member == change.Member.UniqueAddress) _peers.Remove(address);
            return;
        }
        if (_peers.TryGetValue(address, out var known) && known.Member == change.Member.UniqueAddress) return;
        _peers[address] = (change.Member.UniqueAddress, Context.ActorSelection(new RootActorPath(address) / "user" / Name));
        SendBeacon();
    }

    private void OnTick()
    {
        SendBeacon();
        MarkCaughtUp();
        foreach (var log in _logs.Values.Where(log => _leases.Expire(log.Origin, log.Epoch)).ToArray())
        {
            _logs.Remove(log.Origin);
            _announced.Remove(log.Origin);
            foreach (var follower in _followers) follower.Tell(new Expired(log.Origin));
        }
    }

    // Ready once the configuration log is known and every member that answers has nothing that is missing here.
    private void MarkCaughtUp()
    {
        if (_table.CaughtUp || !_logs.ContainsKey(Origins.Config)) return;
        if (_cluster.State.Unreachable.Count > 0 && _peers.Count == 0) return;
        var unreachable = _cluster.State.Unreachable.Select(m => m.Address).ToHashSet();
        if (_peers.Keys.All(peer => _heardFrom.Contains(peer) || unreachable.Contains(peer))) _table.MarkCaughtUp();
    }

    private void AskForMissing(string origin)
    {
        if (_asked.TryGetValue(origin, out var last) && _time.GetElapsedTime(last) < _options.CatchUpInterval) return;
        _asked[origin] = _time.GetTimestamp();
        _logs.TryGetValue(origin, out var log);
        Sender.Tell(new OriginCatchUp { Origin = origin, Epoch = log?.Epoch ?? 0, From = log?.Revision ?? 0 });
    }

    private void Take(string origin, OriginResult result)
    {
        if (result.Outcome == OriginOutcome.Applied) Announce(origin, result.Changes);
    }

    private void Announce(string origin, IReadOnlyList<OriginEntry> changes)
    {
        var log = _logs[origin];
        var isKnown = _announced.TryGetValue(origin, out var epoch) && epoch == log.Epoch;
        _announced[origin] = log.Epoch;
        var advanced = isKnown ? new Advanced(origin, log.Epoch, log.Revision, changes, IsWhole: false) : Whole(log);
        foreach (var follower in _followers) follower.Tell(advanced);
    }

    private static Advanced Whole(OriginLog log) =>
        new(log.Origin, log.Epoch, log.Revision, log.Snapshot().Entries, IsWhole: true);

    private void SendBeacon()
    {
        var beacon = new OriginBeacon { Replica = _options.Replica, Address = _options.Address };
        beacon.Heads.AddRange(_logs.Values.Select(log => log.Head));
        SendToPeers(beacon);
    }

    private void SendToPeers(IMessage message)
    {
        if (_peers.Count == 0) return;
        foreach (var part in Fragments.Split(message))
            foreach (var (_, logs) in _peers.Values) logs.Tell(part, Self);
    }

    private OriginLog LogOf(string origin)
    {
        if (!_logs.TryGetValue(origin, out var log)) _logs[origin] = log = new OriginLog(origin);
        return log;
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
