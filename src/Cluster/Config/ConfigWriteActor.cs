using Akka.Actor;
using Akka.Event;
using Mesh.Cluster.Messaging;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Config;

/// <summary>
/// One write: repeats the request until the log answers. The request id makes a repeat harmless, so it is repeated often enough to
/// find a log that has just moved. Lives for one request.
/// </summary>
internal sealed class ConfigWriteActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly IActorRef _log;
    private readonly ApplyConfig _request;
    private readonly TaskCompletionSource<ConfigApplied?> _answer;
    private readonly TimeSpan _patience;
    private readonly FragmentAssembler _fragments;

    public ConfigWriteActor(IActorRef log, ApplyConfig request, TaskCompletionSource<ConfigApplied?> answer, TimeSpan patience)
    {
        (_log, _request, _answer, _patience) = (log, request, answer, patience);
        _fragments = FragmentAssembler.Warning(Context.GetLogger());
        Receive<ConfigApplied>(applied => Finish(applied));
        Receive<Fragment>(fragment =>
        {
            if (_fragments.Add(fragment) is { } whole) Self.Forward(whole);
        });
        Receive<Retry>(_ => Send());
        Receive<GiveUp>(_ => Finish(null));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        IActorRef log, ApplyConfig request, TaskCompletionSource<ConfigApplied?> answer, TimeSpan patience) =>
        Akka.Actor.Props.Create(() => new ConfigWriteActor(log, request, answer, patience));

    protected override void PreStart()
    {
        Send();
        Timers.StartPeriodicTimer(nameof(Retry), Retry.Instance, RetryInterval);
        Timers.StartSingleTimer(nameof(GiveUp), GiveUp.Instance, _patience);
    }

    // Also when the whole system ends under the call: whoever waits must hear that there is no answer.
    protected override void PostStop() => _answer.TrySetResult(null);

    private void Send()
    {
        foreach (var part in Fragments.Split(_request)) _log.Tell(part, Self);
    }

    private void Finish(ConfigApplied? applied)
    {
        _answer.TrySetResult(applied);
        Context.Stop(Self);
    }

    private sealed class Retry
    {
        public static readonly Retry Instance = new();
    }

    private sealed class GiveUp
    {
        public static readonly GiveUp Instance = new();
    }
}
