using System.Threading.Channels;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.Protocol;
using Mesh.Protocol.Delta;
using Mesh.Sidecar.Hosting;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Delta ADS with the node agent: (1) connect, (2) say what we hold, (3) apply each response, (4) ask for what it names, (5) answer once
/// it is in force. For ever, with jittered back-off; whatever is lost, the last good configuration stays. One loop, no locks.
/// </summary>
internal sealed partial class DiscoveryClient(
    Grpc.Net.Client.GrpcChannel channel, ProxyConfiguration configuration, SidecarOptions options, TimeProvider time, ILogger log)
{
    /// <summary>How long routes wait for upstreams that they name and discovery has not sent, before they take force without.</summary>
    private static readonly TimeSpan WarmLimit = TimeSpan.FromSeconds(2);
    // The agent is on this machine: asking costs nothing, and it is back a second after it was killed.
    private static readonly TimeSpan MaxBackOff = TimeSpan.FromSeconds(1);

    private readonly DeltaClientSession _session = new(NodeOf(options));
    private readonly List<(DeltaChanges Changes, IReadOnlyCollection<DeltaRejection> Rejections)> _unanswered = [];

    // One poke is as good as many.
    private readonly Channel<bool> _pokes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly ReasonLog _said = new();

    // The names that were told last are those of this version.
    private int _toldVersion = -1;

    public bool IsConnected { get; private set; }

    public long Connects { get; private set; }

    /// <summary>Makes the loop look again at what waits (a certificate has come). From any thread.</summary>
    public void Poke() => _pokes.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken stopping)
    {
        // The order is make before break: upstreams before routes.
        _session.SubscribeToAll(TypeUrls.Cluster);
        _session.SubscribeToAll(TypeUrls.Listener);
        _session.SetNames(TypeUrls.Secret, new HashSet<string> { TlsDecoder.TrustBundle });
        var backOff = TimeSpan.FromMilliseconds(50);
        while (!stopping.IsCancellationRequested)
        {
            var connectedAt = Connects;
            try
            {
                await StreamAsync(stopping);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whatever it was: a loop that ends would leave this proxy with an old configuration for good, and nobody would know.
                if (stopping.IsCancellationRequested) return;
                if (Connects > connectedAt) _said.Forget();
                var reason = AgentFailure.Describe(e, options.AgentSocket);
                var level = _said.LevelFor(reason);
                if (Connects == 0) Log.Waiting(log, level, reason);
                else Log.Lost(log, level, reason);
            }
            IsConnected = false;
            _unanswered.Clear();
            backOff = Connects > connectedAt ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromTicks(Math.Min(MaxBackOff.Ticks, backOff.Ticks * 2));
            await Task.Delay(backOff * (0.5 + Random.Shared.NextDouble()), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StreamAsync(CancellationToken stopping)
    {
        // Listeners that could not be had are tried while the agent is away, too.
        RetryRefused();
        // (1)
        using var call = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel).DeltaAggregatedResources(cancellationToken: stopping);
        // (2)
        foreach (var request in _session.Open()) await call.RequestStream.WriteAsync(request, stopping);
        var reading = call.ResponseStream.MoveNext(stopping);
        var poked = _pokes.Reader.WaitToReadAsync(stopping).AsTask();
        using var warmTimer = new WarmTimer(time, Poke);
        await using var retryTimer = time.CreateTimer(_ => Poke(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (true)
        {
            if (await Task.WhenAny(reading, poked) == reading)
            {
                if (!await reading) return;
                if (!IsConnected) (IsConnected, Connects) = (true, Connects + 1);
                await OnResponseAsync(call.RequestStream, call.ResponseStream.Current, stopping);
                reading = call.ResponseStream.MoveNext(stopping);
            }
            else
            {
                await poked;
                _pokes.Reader.TryRead(out _);
                poked = _pokes.Reader.WaitToReadAsync(stopping).AsTask();
                var bound = configuration.RetryRefused();
                configuration.Settle(force: warmTimer.HasExpired);
                await SubscribeAsync(call.RequestStream, stopping);
                // The agent has our refusal; only a resource that it sends can be accepted.
                if (_session.AskAgain(TypeUrls.Listener, bound) is { } again) await call.RequestStream.WriteAsync(again, stopping);
            }
            await AnswerAsync(call.RequestStream, stopping);
            warmTimer.Watch(configuration.HasPending, WarmLimit);
            retryTimer.Change(configuration.UntilRetry ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void RetryRefused()
    {
        configuration.RetryRefused();
        configuration.Settle(force: false);
        // Told with the stream's opening, endpoints before routes.
        _session.SetNames(TypeUrls.ClusterLoadAssignment, configuration.WantedEndpoints);
        _session.SetNames(TypeUrls.RouteConfiguration, configuration.WantedRoutes);
        _toldVersion = configuration.WantedVersion;
    }

    private async Task OnResponseAsync(IClientStreamWriter<DeltaDiscoveryRequest> requests, DeltaDiscoveryResponse response, CancellationToken stopping)
    {
        // (3)
        var changes = _session.OnResponse(response);
        // The stream keeps its last message until the next one comes, which may be hours: not with all that was in it.
        response.Resources.Clear();
        foreach (var resource in changes.Upserted) resource.Name = configuration.KnownName(changes.TypeUrl, resource.Name);
        var rejections = configuration.Apply(changes);
        _unanswered.Add((changes, rejections));
        // (4) Before the answer, so that the agent does not take this proxy for done while it still lacks what the response names.
        await SubscribeAsync(requests, stopping);
        // (5)
        await AnswerAsync(requests, stopping);
    }

    // Routes that wait for upstreams are answered when they are in force; everything else at once.
    private async Task AnswerAsync(IClientStreamWriter<DeltaDiscoveryRequest> requests, CancellationToken stopping)
    {
        for (var i = 0; i < _unanswered.Count;)
        {
            var (changes, rejections) = _unanswered[i];
            if (changes.TypeUrl == TypeUrls.RouteConfiguration && changes.Upserted.Any(r => configuration.IsPending(r.Name)))
            {
                i++;
                continue;
            }
            _unanswered.RemoveAt(i);
            await requests.WriteAsync(_session.Answer(changes, rejections), stopping);
        }
    }

    private async Task SubscribeAsync(IClientStreamWriter<DeltaDiscoveryRequest> requests, CancellationToken stopping)
    {
        if (_toldVersion == configuration.WantedVersion) return;
        _toldVersion = configuration.WantedVersion;
        if (_session.SetNames(TypeUrls.ClusterLoadAssignment, configuration.WantedEndpoints) is { } endpoints) await requests.WriteAsync(endpoints, stopping);
        if (_session.SetNames(TypeUrls.RouteConfiguration, configuration.WantedRoutes) is { } routes) await requests.WriteAsync(routes, stopping);
    }

    private static Node NodeOf(SidecarOptions options)
    {
        var labels = new Struct();
        foreach (var (key, value) in options.Labels) labels.Fields[key] = Value.ForString(value);
        return new Node
        {
            Id = options.NodeId,
            Cluster = $"{options.WorkloadName}.{options.Namespace}",
            UserAgentName = "mesh-sidecar",
            UserAgentVersion = typeof(DiscoveryClient).Assembly.GetName().Version?.ToString(3) ?? "0",
            Metadata = new Struct
            {
                Fields =
                {
                    ["NAME"] = Value.ForString(options.Name),
                    ["NAMESPACE"] = Value.ForString(options.Namespace),
                    ["WORKLOAD_NAME"] = Value.ForString(options.WorkloadName),
                    ["SERVICE_ACCOUNT"] = Value.ForString(options.ServiceAccount),
                    ["INTERCEPTION_MODE"] = Value.ForString("NONE"),
                    ["LABELS"] = Value.ForStruct(labels),
                },
            },
        };
    }

    /// <summary>Pokes once after something has waited for the limit.</summary>
    private sealed class WarmTimer : IDisposable
    {
        private readonly ITimer _timer;
        private volatile bool _expired;
        private bool _watching;

        public WarmTimer(TimeProvider time, Action poke) =>
            _timer = time.CreateTimer(_ =>
            {
                _expired = true;
                poke();
            }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public bool HasExpired => _expired;

        public void Watch(bool isWaiting, TimeSpan limit)
        {
            if (isWaiting == _watching && !_expired) return;
            _expired = false;
            _watching = isWaiting;
            _timer.Change(isWaiting ? limit : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _timer.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "discovery lost, the last good configuration stays: {Reason}")]
        public static partial void Lost(ILogger logger, LogLevel level, string reason);

        [LoggerMessage(EventId = 2, Message = "no discovery yet: {Reason}")]
        public static partial void Waiting(ILogger logger, LogLevel level, string reason);
    }
}
