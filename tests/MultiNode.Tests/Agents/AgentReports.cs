using Grpc.Core;
using Mesh.Protocol.V1;

namespace Mesh.MultiNode.Tests.Agents;

/// <summary>Sends an agent's reports and awaits each acknowledgement.</summary>
internal sealed class AgentReports(AsyncDuplexStreamingCall<AgentReport, AgentReportAck> call)
{
    private ulong _sequence;

    public Task HelloAsync(string node, ulong incarnation) =>
        SendAsync(new AgentReport { Hello = new AgentHello { Node = node, Incarnation = incarnation, Version = "1" } });

    public Task WorkloadsAsync(params Workload[] workloads)
    {
        var report = new WorkloadReport { Full = true };
        report.Upserted.AddRange(workloads);
        return SendAsync(new AgentReport { Workloads = report });
    }

    public Task ProxyAsync(string id, ulong revision) => SendAsync(new AgentReport
    {
        Proxies = new ProxyReport { Full = true, Upserted = { new ProxyStatus { Id = id, Connected = true, Revision = revision, Role = "sidecar" } } },
    });

    public Task ObjectAsync(ulong revision, string key, uint concerned, uint acknowledged, params Rejection[] rejections) => SendAsync(new AgentReport
    {
        Objects = new ObjectReport
        {
            Revision = revision,
            Objects = { new ObjectStatus { Key = key, Revision = revision, Concerned = concerned, Acknowledged = acknowledged, Since = 1_000_000, Rejections = { rejections } } },
        },
    });

    public static Workload Workload(string name, string node) => new()
    {
        Namespace = "default", Name = name, WorkloadName = name, ServiceAccount = "reviews", Address = "127.0.0.9", Node = node,
    };

    private async Task SendAsync(AgentReport report)
    {
        report.Sequence = ++_sequence;
        await call.RequestStream.WriteAsync(report, TestContext.Current.CancellationToken);
        do
        {
            Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }
        while (call.ResponseStream.Current.Sequence < _sequence);
    }
}
