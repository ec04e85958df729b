using Mesh.Core.Snapshots;

namespace Mesh.NodeAgent.Workloads;

/// <summary>What one probe round found.</summary>
internal enum ProbeResult
{
    Ready,

    /// <summary>The proxy answers, and says that it is not ready: starting, or draining.</summary>
    NotReady,

    /// <summary>The connection was refused: nobody listens, which is certain at once.</summary>
    Refused,

    /// <summary>No answer in time, which may be the machine's fault.</summary>
    TimedOut,
}

/// <summary>How health follows from probe results. Pure.</summary>
internal readonly record struct ProbeHistory(WorkloadHealth Health, int TimeoutsInRow)
{
    /// <summary>One slow answer on a busy machine takes nobody out of rotation; the second in a row does.</summary>
    private const int ToleratedTimeouts = 1;

    public ProbeHistory After(ProbeResult result) => result switch
    {
        ProbeResult.Ready => new(WorkloadHealth.Healthy, 0),
        ProbeResult.Refused => new(WorkloadHealth.Unhealthy, 0),
        // A proxy that was ready and still answers is on its way out; one that never was is on its way in.
        ProbeResult.NotReady => new(Health == WorkloadHealth.Unhealthy ? WorkloadHealth.Unhealthy : WorkloadHealth.Draining, 0),
        _ => new(TimeoutsInRow >= ToleratedTimeouts ? WorkloadHealth.Unhealthy : Health, TimeoutsInRow + 1),
    };
}
