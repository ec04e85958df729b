using Mesh.Core.Identity;
using Mesh.NodeAgent.ControlPlane;
using Mesh.Protocol.Model;

namespace Mesh.NodeAgent.Workloads;

/// <summary>
/// Puts every change of a local workload into the upstream report, on the thread that made it. The directory's scan and the probes
/// change the same workload at once; a lock around reading and putting sees to it that the last to put has read the newest state.
/// </summary>
internal sealed class WorkloadReporter
{
    private readonly Lock _lock = new();
    private readonly LocalWorkloads _workloads;
    private readonly UpstreamReport _report;

    public WorkloadReporter(LocalWorkloads workloads, UpstreamReport report)
    {
        (_workloads, _report) = (workloads, report);
        workloads.Changed += Put;
        foreach (var id in workloads.Current.Keys) Put(id);
    }

    private void Put(WorkloadId id)
    {
        lock (_lock) _report.PutWorkload(id.ToString(), _workloads.Current.GetValueOrDefault(id) is { } local ? Message(local) : null);
    }

    private static Protocol.V1.Workload Message(LocalWorkload local)
    {
        var message = local.Workload.ToProto();
        var age = local.Registration.RegisteredAt - DateTimeOffset.UnixEpoch;
        message.RegisteredAt = age > TimeSpan.Zero ? (ulong)(age.Ticks / TimeSpan.TicksPerMicrosecond) : 0;
        return message;
    }
}
