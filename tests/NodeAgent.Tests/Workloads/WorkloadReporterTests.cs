using System.Text;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.ControlPlane;
using Mesh.NodeAgent.Workloads;
using Mesh.Protocol.Model;
using NodeAgent.Tests.Fakes;

namespace NodeAgent.Tests.Workloads;

public sealed class WorkloadReporterTests
{
    private static readonly WorkloadId Id = new("default", "reviews-v1-0");

    [Fact]
    public async Task Put_ScanAndProbeAtOnce_ReportsTheNewestState()
    {
        var workloads = new LocalWorkloads("node-1");
        var report = new UpstreamReport();
        _ = new WorkloadReporter(workloads, report);
        var plain = RegistrationReader.Read(Encoding.UTF8.GetBytes(Shop.Reviews()), out _)!;
        Registration[] registrations = [plain, plain with { Locality = "here/there" }];
        workloads.Put(plain, WorkloadHealth.Unhealthy);
        using var together = new Barrier(2);
        for (var round = 0; round < 2000; round++)
        {
            var (registration, health) = (registrations[round % 2], round % 2 == 0 ? WorkloadHealth.Healthy : WorkloadHealth.Unhealthy);
            var scan = Task.Run(() => Together(() => workloads.Put(registration, health)), TestContext.Current.CancellationToken);
            Together(() => workloads.SetHealth(Id, health));
            await scan;
            report.Restart();
            var told = report.Take().Single(r => r.Workloads is not null).Workloads.Upserted.Single();
            Assert.Equal(workloads.Current[Id].Workload.ToProto(), told);
        }

        void Together(Action act)
        {
            together.SignalAndWait();
            act();
        }
    }
}
