using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Workloads;

namespace NodeAgent.Tests.Workloads;

public sealed class ProbeHistoryTests
{
    [Fact]
    public void Refused_FlipsAtOnce() => Assert.Equal(WorkloadHealth.Unhealthy, After(WorkloadHealth.Healthy, ProbeResult.Refused));

    [Fact]
    public void OneTimeout_IsForgiven_TheSecondIsNot()
    {
        Assert.Equal(WorkloadHealth.Healthy, After(WorkloadHealth.Healthy, ProbeResult.TimedOut));
        Assert.Equal(WorkloadHealth.Unhealthy, After(WorkloadHealth.Healthy, ProbeResult.TimedOut, ProbeResult.TimedOut));
        Assert.Equal(WorkloadHealth.Healthy, After(WorkloadHealth.Healthy, ProbeResult.TimedOut, ProbeResult.Ready, ProbeResult.TimedOut));
    }

    [Fact]
    public void NotReady_AfterReady_IsDraining() => Assert.Equal(WorkloadHealth.Draining, After(WorkloadHealth.Healthy, ProbeResult.NotReady, ProbeResult.NotReady));

    [Fact]
    public void NotReady_BeforeEverReady_IsUnhealthy() => Assert.Equal(WorkloadHealth.Unhealthy, After(WorkloadHealth.Unhealthy, ProbeResult.NotReady));

    private static WorkloadHealth After(WorkloadHealth start, params ProbeResult[] results) =>
        results.Aggregate(new ProbeHistory(start, 0), (history, result) => history.After(result)).Health;
}
