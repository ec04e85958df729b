using Mesh.Core.Identity;
using Mesh.NodeAgent.ControlPlane;
using Mesh.Protocol.Model;

namespace Mesh.NodeAgent.Workloads;

/// <summary>Puts every change of a local workload into the upstream report, on the thread that made it.</summary>
internal sealed class WorkloadReporter
{
    private readonly LocalWorkloads _workloads;
    private readonly UpstreamReport _report;

    public WorkloadReporter(LocalWorkloads workloads, UpstreamReport report)
    {
        (_workloads, _report) = (workloads, report);
        workloads.Changed += Put;
        foreach (var id in workloads.Current.Keys) Put(id);
    }

    private void Put(WorkloadId id) => _report.PutWorkload(id.ToString(), _workloads.Current.GetValueOrDefault(id)?.Workload.ToProto());
}
