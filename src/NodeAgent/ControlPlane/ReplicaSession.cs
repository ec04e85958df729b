using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.NodeAgent.Model;
using Mesh.Protocol.Delta;
using Mesh.Protocol.V1;

namespace Mesh.NodeAgent.ControlPlane;

/// <summary>
/// One attachment to one replica: the model comes down one stream, reports go up the other. Ends when either stream does.
/// Each stream has one reader and one writer; they share nothing but the thread-safe model and report.
/// </summary>
internal sealed partial class ReplicaSession(
    GrpcChannel channel, AgentHello hello, DeltaClientSession delta, MeshModel model, UpstreamReport report, bool acceptOlder, TimeProvider time, ILogger logger)
{
    /// <summary>A replica that answers pings but not us is not serving: another one is.</summary>
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _sequence;

    /// <summary>Completes once the replica has answered the subscription.</summary>
    public Task Attached => _attached.Task;

    /// <summary>Runs until the attachment ends; always throws, with the reason.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var discovery = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel).DeltaAggregatedResources(cancellationToken: ending.Token);
        using var reports = new AgentService.AgentServiceClient(channel).Report(cancellationToken: ending.Token);
        Task[] flows =
        [
            ReceiveModelAsync(discovery, ending.Token),
            SendReportsAsync(reports.RequestStream, ending.Token),
            ReceiveAcksAsync(reports.ResponseStream, ending.Token),
            ExpectAnswerAsync(ending.Token),
        ];
        // 1. whichever flow ends first is the reason; 2. the others end with it; 3. their own endings say nothing more.
        var first = await Task.WhenAny(flows);
        await ending.CancelAsync();
        await Task.WhenAll(flows).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _attached.TrySetCanceled(CancellationToken.None);
        await first;
        throw new ReplicaUnusableException("the stream ended");
    }

    private async Task ReceiveModelAsync(AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, CancellationToken cancellation)
    {
        foreach (var request in delta.Open())
        {
            request.Node ??= new Node { Id = hello.Node };
            await call.RequestStream.WriteAsync(request, cancellation);
        }

        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
        {
            var changes = delta.OnResponse(response);
            if (!acceptOlder && MeshModel.RevisionOf(changes) is { } revision && revision < model.Snapshot.Revision)
                throw new ReplicaUnusableException($"the replica is at revision {revision}, this node at {model.Snapshot.Revision}");
            var rejections = model.Apply(changes);
            foreach (var rejection in rejections) Log.Rejected(logger, response.TypeUrl, rejection.Name, rejection.Reason);
            _attached.TrySetResult();
            await call.RequestStream.WriteAsync(delta.Answer(changes, rejections), cancellation);
        }
    }

    private async Task SendReportsAsync(IClientStreamWriter<AgentReport> stream, CancellationToken cancellation)
    {
        await SendAsync(new AgentReport { Hello = hello });
        report.Restart();
        while (true)
            foreach (var message in await report.TakeAsync(cancellation)) await SendAsync(message);

        Task SendAsync(AgentReport message)
        {
            message.Sequence = ++_sequence;
            return stream.WriteAsync(message, cancellation);
        }
    }

    private static async Task ReceiveAcksAsync(IAsyncStreamReader<AgentReportAck> stream, CancellationToken cancellation)
    {
        await foreach (var ack in stream.ReadAllAsync(cancellation))
            if (ack.GoElsewhere) throw new ReplicaUnusableException("the replica is leaving");
    }

    private async Task ExpectAnswerAsync(CancellationToken cancellation)
    {
        try
        {
            await Attached.WaitAsync(FirstAnswer, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new ReplicaUnusableException("the replica does not answer");
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Type} {Name} cannot be used, its last good state stands: {Reason}")]
        public static partial void Rejected(ILogger logger, string type, string name, string reason);
    }
}
