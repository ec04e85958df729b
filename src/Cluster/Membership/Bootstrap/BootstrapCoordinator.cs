using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Discovery;
using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Membership.Bootstrap;

/// <summary>
/// Joins this replica to the others by Cluster Bootstrap's algorithm: look contact points up, probe each one's
/// <c>/bootstrap/seed-nodes</c>, decide, join, stop.
/// <code>
///  Lookup --contacts--> Probe each --observations--> Decide --KeepProbing--> (tick) Lookup
///                                                      +--JoinOthers | FormNew--> joined, actor stops
/// </code>
/// </summary>
internal sealed partial class BootstrapCoordinator : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan ResolveTimeout = TimeSpan.FromSeconds(3);

    private readonly BootstrapOptions _options;
    private readonly ContactPoint _self;
    private readonly ContactProber _prober;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly Dictionary<ContactPoint, Observation> _observations = [];
    private readonly HashSet<ContactPoint> _probing = [];
    private ImmutableHashSet<ContactPoint> _contacts = [];
    private long _contactsChangedAt;
    private string _lastReason = "";

    public BootstrapCoordinator(
        BootstrapOptions options, ContactPoint self, ContactProber prober, TimeProvider time, ILogger<BootstrapCoordinator> log)
    {
        (_options, _self, _prober, _time, _log) = (options, self, prober, time, log);
        Receive<Tick>(_ => LookUp());
        Receive<ServiceDiscovery.Resolved>(OnResolved);
        Receive<Observation>(OnObservation);
        Receive<ProbeFailed>(failed =>
        {
            _probing.Remove(failed.Contact);
            Log.ProbeFailed(_log, failed.Contact, failed.Reason);
        });
        Receive<Status.Failure>(failure => Log.LookupFailed(_log, failure.Cause));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan ProbeInterval => TimeSpan.FromSeconds(_options.ProbeIntervalSeconds);

    public static Props Props(
        BootstrapOptions options, ContactPoint self, ContactProber prober, TimeProvider time, ILogger<BootstrapCoordinator> log) =>
        Akka.Actor.Props.Create(() => new BootstrapCoordinator(options, self, prober, time, log));

    protected override void PreStart() =>
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TimeSpan.Zero, ProbeInterval);

    private void LookUp() =>
        Discovery.Get(Context.System).Default.Lookup(new Lookup(MembershipHosting.ServiceName), ResolveTimeout).PipeTo(Self);

    private void OnResolved(ServiceDiscovery.Resolved resolved)
    {
        var contacts = resolved.Addresses.Select(ToContact).OfType<ContactPoint>().ToImmutableHashSet();
        if (!contacts.SetEquals(_contacts))
        {
            (_contacts, _contactsChangedAt) = (contacts, _time.GetTimestamp());
            foreach (var gone in _observations.Keys.Except(contacts).ToArray()) _observations.Remove(gone);
            if (!contacts.Contains(_self)) Log.SelfNotListed(_log, _self);
        }
        foreach (var contact in contacts.Where(_probing.Add)) Probe(contact);
        Decide();
    }

    // A target without a port, or with a name that is no address, cannot be a contact point here.
    private static ContactPoint? ToContact(ServiceDiscovery.ResolvedTarget target)
    {
        if (target.Port is not { } port) return null;
        if (target.Address is { } address) return new ContactPoint(address, port);
        return IPAddress.TryParse(target.Host, out var parsed) ? new ContactPoint(parsed, port) : null;
    }

    private void Probe(ContactPoint contact) =>
        _prober.ProbeAsync(contact).PipeTo(Self,
            success: seeds => new Observation(contact, _time.GetTimestamp(), seeds),
            failure: e => new ProbeFailed(contact, e.Message));

    private void OnObservation(Observation observation)
    {
        _probing.Remove(observation.Contact);
        if (!_contacts.Contains(observation.Contact)) return;
        _observations[observation.Contact] = observation;
        if (observation.Seeds.Count > 0) Decide();
    }

    private void Decide()
    {
        var maxAge = ProbeInterval + ContactProber.Timeout;
        var fresh = _observations.Values.Where(o => _time.GetElapsedTime(o.At) < maxAge).ToImmutableArray();
        var view = new BootstrapView(_self, _contacts, _time.GetElapsedTime(_contactsChangedAt), fresh);
        var margin = TimeSpan.FromSeconds(_options.StableMarginSeconds);
        switch (LowestAddressDecider.Decide(view, _options.RequiredContactPoints, margin, _options.NewClusterEnabled))
        {
            case JoinDecision.KeepProbing keep when keep.Reason != _lastReason:
                _lastReason = keep.Reason;
                Log.Waiting(_log, keep.Reason);
                break;
            case JoinDecision.JoinOthers join:
                Join(join.Seeds.Remove(_cluster.SelfAddress));
                break;
            case JoinDecision.FormNew:
                Log.Forming(_log, _cluster.SelfAddress);
                _cluster.Join(_cluster.SelfAddress);
                Context.Stop(Self);
                break;
        }
    }

    private void Join(ImmutableArray<Address> seeds)
    {
        // A seed of another scheme or system can never be joined and makes Akka retry without pause.
        var usable = seeds.Where(s => s.Protocol == _cluster.SelfAddress.Protocol && s.System == _cluster.SelfAddress.System).ToArray();
        if (usable.Length == 0)
        {
            if (seeds.Length > 0) Log.ForeignSeeds(_log, string.Join(", ", seeds), _cluster.SelfAddress);
            return;
        }
        Log.Joining(_log, string.Join(", ", usable.AsEnumerable()));
        _cluster.JoinSeedNodes(usable);
        Context.Stop(Self);
    }

    private sealed record ProbeFailed(ContactPoint Contact, string Reason);

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Joining the cluster through {Seeds}")]
        public static partial void Joining(ILogger logger, string seeds);

        [LoggerMessage(LogLevel.Information, "Forming a new cluster at {Self}")]
        public static partial void Forming(ILogger logger, Address self);

        [LoggerMessage(LogLevel.Information, "Not joining yet: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Debug, "Contact point {Contact} does not answer: {Reason}")]
        public static partial void ProbeFailed(ILogger logger, ContactPoint contact, string reason);

        [LoggerMessage(LogLevel.Warning, "Contact points could not be looked up")]
        public static partial void LookupFailed(ILogger logger, Exception cause);

        [LoggerMessage(LogLevel.Warning, "This replica's contact point {Self} is not among those looked up; it cannot form a cluster")]
        public static partial void SelfNotListed(ILogger logger, ContactPoint self);

        [LoggerMessage(LogLevel.Error, "Contact points name seeds {Seeds} of another system or protocol than {Self}; not joining them")]
        public static partial void ForeignSeeds(ILogger logger, string seeds, Address self);
    }
}
