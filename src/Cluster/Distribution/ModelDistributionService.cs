using System.Globalization;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Mesh.Cluster.Agents;
using Mesh.Cluster.Telemetry;
using Mesh.Protocol;

namespace Mesh.Cluster.Distribution;

/// <summary>
/// The agents' model streams over the delta discovery transport.
/// <code>
///  request --> [1 wait until this replica has what the agent holds] --> session
///  model step ------------------------------------------------------> session --[2 differences]--> stream
/// </code>
/// </summary>
internal sealed partial class ModelDistributionService(
    ModelFeed feed, ModelReadiness readiness, AgentDeparture departure, ClusterMetrics metrics, TimeProvider time,
    ILogger<ModelDistributionService> log) : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
{
    /// <summary>A peer that does not read for this long is dead or stuck: its stream is closed, it comes back for the difference.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for changes the agent has and this replica lacks. After that it gets what there is: the database may have been replaced.</summary>
    private static readonly TimeSpan CatchUpTimeout = TimeSpan.FromSeconds(15);

    public override async Task DeltaAggregatedResources(
        IAsyncStreamReader<DeltaDiscoveryRequest> requestStream, IServerStreamWriter<DeltaDiscoveryResponse> responseStream,
        ServerCallContext context)
    {
        var agent = AgentCaller.Require(context);
        using var entered = metrics.ModelSessions.Enter();
        var cancellation = context.CancellationToken;
        var next = requestStream.MoveNext(cancellation);
        await feed.WaitAsync(model => model.IsConfigKnown, cancellation);
        var session = new ModelSession(feed.Current, readiness.IsSettled);
        Log.Opened(log, agent.Node, session.Step.Model.Revision.Value);
        while (true)
        {
            if (next.IsCompleted)
            {
                if (!await next) return;
                await CatchUpAsync(requestStream.Current, cancellation);
                Follow(session);
                Take(session, requestStream.Current, agent.Node);
                next = requestStream.MoveNext(cancellation);
            }
            if (readiness.IsSettled) session.Settle();
            Follow(session);
            foreach (var response in session.TakeResponses()) await SendAsync(responseStream, response, cancellation);
            await Task.WhenAny(next, session.Step.Next, departure.Ended, readiness.IsSettled ? session.Step.Next : readiness.Settled);
            if (departure.Ended.IsCompleted && !next.IsCompleted) return;
        }
    }

    private static void Follow(ModelSession session)
    {
        while (session.Step.Next is { IsCompletedSuccessfully: true } step) session.Advance(step.Result);
    }

    // Going back to an older model would undo, for a moment, what the agent already has in force.
    private async Task CatchUpAsync(DeltaDiscoveryRequest request, CancellationToken cancellation)
    {
        if (request.TypeUrl != TypeUrls.ConfigObject || request.InitialResourceVersions.Count == 0) return;
        var held = request.InitialResourceVersions.Values
            .Max(version => ulong.TryParse(version, CultureInfo.InvariantCulture, out var revision) ? revision : 0);
        if (feed.Current.Model.Revision.Value >= held) return;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(_ => timeout.Cancel(), null, CatchUpTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await feed.WaitAsync(model => model.Revision.Value >= held, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Log.AgentAhead(log, held, feed.Current.Model.Revision.Value);
        }
    }

    private void Take(ModelSession session, DeltaDiscoveryRequest request, string node)
    {
        if (!session.Knows(request.TypeUrl))
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"unknown type {request.TypeUrl}"));
        if (session.OnRequest(request) is not { Error: { } error } ack) return;
        metrics.PushErrors.Increment();
        Log.Refused(log, node, ack.TypeUrl, error);
    }

    private async Task SendAsync(
        IServerStreamWriter<DeltaDiscoveryResponse> stream, DeltaDiscoveryResponse response, CancellationToken cancellation)
    {
        metrics.Pushes.Increment();
        await stream.WriteAsync(response, cancellation).WaitAsync(WriteTimeout, time, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Agent {Node} follows the model from revision {Revision}")]
        public static partial void Opened(ILogger logger, string node, ulong revision);

        [LoggerMessage(LogLevel.Warning, "Agent {Node} refused {TypeUrl}: {Error}")]
        public static partial void Refused(ILogger logger, string node, string typeUrl, string error);

        [LoggerMessage(LogLevel.Warning, "An agent holds revision {Held}, this replica has only {Revision}; it gets that")]
        public static partial void AgentAhead(ILogger logger, ulong held, ulong revision);
    }
}
