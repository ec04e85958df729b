using Akka.Actor;
using Akka.Hosting;
using Grpc.Core;
using Mesh.Cluster.Agents;
using Mesh.Cluster.Certificates;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.Telemetry;
using Mesh.Protocol.V1;
using static Mesh.Cluster.Registry.RegistryProtocol;
using Status = Grpc.Core.Status;

namespace Mesh.Cluster.Registry;

/// <summary>The agents' reporting streams: hello, then reports, each acknowledged when it is in the origin log.</summary>
internal sealed partial class AgentReportService(
    IRequiredActor<RegistryActor> registry, ModelFeed feed, JoinTokens tokens, AgentDeparture departure, ClusterMetrics metrics,
    ILogger<AgentReportService> log) : AgentService.AgentServiceBase
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    public override async Task Report(
        IAsyncStreamReader<AgentReport> requestStream, IServerStreamWriter<AgentReportAck> responseStream, ServerCallContext context)
    {
        var agent = AgentCaller.Require(context);
        var hello = await ReadHelloAsync(requestStream, agent.Node, context.CancellationToken);
        var session = Guid.NewGuid();
        var actor = await registry.GetAsync(context.CancellationToken);
        await AttachAsync(actor, agent.Node, hello.Hello, session, context.CancellationToken);
        Log.Attached(log, agent.Node, hello.Hello.Incarnation);
        using var connected = metrics.ReportStreams.Enter();
        try
        {
            await PumpAsync(requestStream, responseStream, actor, agent, session, hello.Sequence, context.CancellationToken);
        }
        finally
        {
            actor.Tell(new Detach(agent.Node, session));
            Log.Detached(log, agent.Node);
        }
    }

    private static async Task<AgentReport> ReadHelloAsync(IAsyncStreamReader<AgentReport> requests, string node, CancellationToken cancellation)
    {
        if (!await requests.MoveNext(cancellation)) throw new RpcException(new Status(StatusCode.InvalidArgument, "no hello"));
        var first = requests.Current;
        if (first.ReportCase != AgentReport.ReportOneofCase.Hello)
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the first message must be hello"));
        if (first.Hello.Node != node)
            throw new RpcException(new Status(StatusCode.PermissionDenied, "hello names another node than the certificate"));
        return first;
    }

    private async Task AttachAsync(IActorRef actor, string node, AgentHello hello, Guid session, CancellationToken cancellation)
    {
        var known = feed.Current.Model.Agents.TryGetValue(node, out var agent) ? agent.Incarnation : 0;
        var attached = hello.Incarnation < known
            ? new Attached(false)
            : await actor.Ask<Attached>(new Attach(node, hello.Incarnation, hello.Version, session), AskTimeout, cancellation);
        if (!attached.Accepted)
            throw new RpcException(new Status(StatusCode.Aborted, $"a stream with incarnation {known} or higher is attached"));
    }

    private async Task PumpAsync(
        IAsyncStreamReader<AgentReport> requests, IServerStreamWriter<AgentReportAck> responses,
        IActorRef actor, AgentCaller agent, Guid session, ulong sequence, CancellationToken cancellation)
    {
        await responses.WriteAsync(new AgentReportAck { Sequence = sequence }, cancellation);
        var leaving = departure.Announced;
        var next = requests.MoveNext(cancellation);
        while (true)
        {
            if (!next.IsCompleted && await Task.WhenAny(next, leaving) == leaving && !next.IsCompleted)
            {
                if (leaving == departure.Ended) return;
                await responses.WriteAsync(new AgentReportAck { Sequence = sequence, GoElsewhere = true }, cancellation);
                leaving = departure.Ended;
                continue;
            }
            if (!await next) return;
            var report = requests.Current;
            if (report.ReportCase == AgentReport.ReportOneofCase.Hello)
                throw new RpcException(new Status(StatusCode.InvalidArgument, "hello again"));
            if (report.ReportCase == AgentReport.ReportOneofCase.Workloads) LeaveOutForeign(agent, report.Workloads);
            var reported = await actor.Ask<Reported>(new Report(agent.Node, session, report), AskTimeout, cancellation);
            sequence = reported.Sequence;
            await responses.WriteAsync(new AgentReportAck { Sequence = sequence }, cancellation);
            next = requests.MoveNext(cancellation);
        }
    }

    // An endpoint draws its service's traffic, so an agent speaks only for its own node and for identities that its join token allows.
    private void LeaveOutForeign(AgentCaller agent, WorkloadReport report)
    {
        var token = tokens.Find(agent.JoinToken);
        for (var i = report.Upserted.Count - 1; i >= 0; i--)
        {
            var workload = report.Upserted[i];
            if (workload.Node == agent.Node && token?.AllowsIdentity(workload.Namespace, workload.ServiceAccount) == true) continue;
            Log.Foreign(log, agent.Node, workload.Namespace, workload.Name, workload.Node, workload.ServiceAccount);
            report.Upserted.RemoveAt(i);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Agent {Node} may not speak for workload {Namespace}/{Name} of node {Claimed} with account {Account}; it is left out")]
        public static partial void Foreign(ILogger logger, string node, string @namespace, string name, string claimed, string account);

        [LoggerMessage(LogLevel.Information, "Agent {Node} attached with incarnation {Incarnation}")]
        public static partial void Attached(ILogger logger, string node, ulong incarnation);

        [LoggerMessage(LogLevel.Information, "Agent {Node} detached")]
        public static partial void Detached(ILogger logger, string node);
    }
}
