using Akka.Actor;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Wire;
using static Mesh.Cluster.Registry.RegistryProtocol;

namespace Mesh.Cluster.Registry;

/// <summary>
/// Owns the origin log of what this replica's agents report. Soft state: nothing is persisted, agents report all of it again wherever
/// they attach next; what a lost agent left stays for a lease, so that moving costs no endpoint.
/// </summary>
internal sealed class RegistryActor : ReceiveActor, IWithTimers
{
    /// <summary>How long the entries of an agent without a stream stay.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly string _origin;
    private readonly ulong _epoch;
    private readonly IActorRef _originLogs;
    private readonly RegistryState _state;

    public RegistryActor(string replica, IActorRef originLogs, TimeProvider time)
    {
        _origin = Origins.RegistryOf(replica);
        _epoch = (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        _originLogs = originLogs;
        _state = new RegistryState(replica);
        Receive<Attach>(OnAttach);
        Receive<Report>(OnReport);
        Receive<Detach>(OnDetach);
        Receive<LeaseEnded>(ended => Append(_state.Expire(ended.Node)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string replica, IActorRef originLogs, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RegistryActor(replica, originLogs, time));

    // An empty first batch: from now on the entries of this replica's former life are known to be void.
    protected override void PreStart() => _originLogs.Tell(new OriginLogProtocol.Append(_origin, _epoch, []));

    private void OnAttach(Attach attach)
    {
        var accepted = _state.Attach(attach.Node, attach.Incarnation, attach.Version, attach.Session);
        if (accepted) Timers.Cancel(attach.Node);
        Sender.Tell(new Attached(accepted));
    }

    private void OnReport(Report report)
    {
        var changes = _state.Report(report.Node, report.Session, report.Message);
        var reported = new Reported(report.Message.Sequence);
        if (changes.Count == 0) Sender.Tell(reported);
        else _originLogs.Tell(new OriginLogProtocol.Append(_origin, _epoch, changes, reported), Sender);
    }

    private void OnDetach(Detach detach)
    {
        if (_state.Detach(detach.Node, detach.Session) is not { } changes) return;
        Append(changes);
        Timers.StartSingleTimer(detach.Node, new LeaseEnded(detach.Node), Lease);
    }

    private void Append(IReadOnlyList<OriginEntry> changes)
    {
        if (changes.Count > 0) _originLogs.Tell(new OriginLogProtocol.Append(_origin, _epoch, changes));
    }

    private sealed record LeaseEnded(string Node);
}
