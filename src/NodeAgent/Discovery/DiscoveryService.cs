using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Mesh.Core.Identity;
using Mesh.NodeAgent.Workloads;
using Mesh.Protocol.Delta;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// xDS for local proxies, in both variants: 1. the first request says who calls, 2. it must be a registered workload, 3. requests
/// go into its session, 4. responses come out, until the stream ends.
/// </summary>
internal sealed partial class DiscoveryService(
    ConfigurationLoop loop, LocalWorkloads workloads, WorkloadsDirectory directory, AgentMetrics metrics, ILogger<DiscoveryService> logger)
    : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
{
    public override Task DeltaAggregatedResources(
        IAsyncStreamReader<DeltaDiscoveryRequest> requestStream, IServerStreamWriter<DeltaDiscoveryResponse> responseStream, ServerCallContext context) =>
        ServeAsync(
            requestStream, responseStream, new DeltaServerSession(DeltaOrder.Xds), request => request.Node, request => request.TypeUrl,
            (request, _) => request, (_, response) => response, context.CancellationToken);

    // Not cut in parts: of listeners and clusters a part would remove the rest.
    public override Task StreamAggregatedResources(
        IAsyncStreamReader<DiscoveryRequest> requestStream, IServerStreamWriter<DiscoveryResponse> responseStream, ServerCallContext context) =>
        ServeAsync(
            requestStream, responseStream, new DeltaServerSession(DeltaOrder.Xds, int.MaxValue), request => request.Node, request => request.TypeUrl,
            StateOfTheWorld.ToDelta, StateOfTheWorld.ToFull, context.CancellationToken);

    private async Task ServeAsync<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, DeltaServerSession session, Func<TRequest, Node?> node,
        Func<TRequest, string> typeUrl, Func<TRequest, DeltaServerSession, DeltaDiscoveryRequest> toDelta,
        Func<DeltaServerSession, DeltaDiscoveryResponse, TResponse> toResponse, CancellationToken cancellation)
    {
        if (!await requests.MoveNext(cancellation)) return;
        var connection = new ProxyConnection(Identify(node(requests.Current)), session, loop.Touch);
        loop.Connect(connection);
        Log.Connected(logger, connection.Node.Id, connection.Node.Dialect);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var writing = WriteAsync(responses, connection, toResponse, ending.Token);
        try
        {
            do Receive(requests.Current, connection, session, typeUrl, toDelta);
            while (await requests.MoveNext(cancellation));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The peer hung up without closing, which is how processes die.
        }
        finally
        {
            loop.Disconnect(connection);
            await ending.CancelAsync();
            await writing;
            Log.Disconnected(logger, connection.Node.Id);
        }
    }

    private void Receive<TRequest>(
        TRequest request, ProxyConnection connection, DeltaServerSession session, Func<TRequest, string> typeUrl,
        Func<TRequest, DeltaServerSession, DeltaDiscoveryRequest> toDelta)
    {
        if (!session.Knows(typeUrl(request)))
        {
            // One type that we do not serve must not cost a proxy those that we do.
            Log.UnknownType(logger, connection.Node.Id, typeUrl(request));
            return;
        }

        if (connection.OnRequest(current => toDelta(request, current)) is not { } ack) return;
        if (ack.Error is null)
        {
            metrics.Acked();
            return;
        }

        metrics.Nacked();
        Log.Refused(logger, connection.Node.Id, ack.TypeUrl, string.Join(", ", ack.Resources), ack.Error);
    }

    private async Task WriteAsync<T>(
        IServerStreamWriter<T> responses, ProxyConnection connection, Func<DeltaServerSession, DeltaDiscoveryResponse, T> project, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                foreach (var response in await connection.TakeAsync(project, cancellation))
                {
                    await responses.WriteAsync(response, cancellation);
                    metrics.Pushed();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException or RpcException)
        {
            // The stream is gone; its reader sees the same and says so. InvalidOperationException is how a finished call refuses writes.
            if (!cancellation.IsCancellationRequested) Log.WriteFailed(logger, connection.Node.Id, e);
        }
    }

    private ProxyNode Identify(Node? node)
    {
        if (!ProxyNode.TryParse(node, out var parsed))
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"node id '{node?.Id}' is not ROLE~ADDRESS~NAME.NAMESPACE~DOMAIN"));
        if (!IsRegistered(parsed.Id))
            throw new RpcException(new Status(StatusCode.NotFound, $"workload {parsed.Id} is not registered on this node"));
        return parsed;
    }

    private bool IsRegistered(WorkloadId id)
    {
        if (workloads.Current.ContainsKey(id)) return true;
        directory.Scan();
        return workloads.Current.ContainsKey(id);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Proxy {Proxy} connected ({Dialect})")]
        public static partial void Connected(ILogger logger, WorkloadId proxy, Translation.ProxyDialect dialect);

        [LoggerMessage(2, LogLevel.Information, "Proxy {Proxy} disconnected")]
        public static partial void Disconnected(ILogger logger, WorkloadId proxy);

        [LoggerMessage(3, LogLevel.Warning, "Proxy {Proxy} refused {Type} [{Resources}]: {Reason}")]
        public static partial void Refused(ILogger logger, WorkloadId proxy, string type, string resources, string reason);

        [LoggerMessage(4, LogLevel.Warning, "Proxy {Proxy} asks for {Type}, which is not served")]
        public static partial void UnknownType(ILogger logger, WorkloadId proxy, string type);

        [LoggerMessage(5, LogLevel.Warning, "Proxy {Proxy} cannot be written to")]
        public static partial void WriteFailed(ILogger logger, WorkloadId proxy, Exception exception);
    }
}
