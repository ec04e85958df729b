using System.Threading.Channels;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;

namespace Mesh.NodeAgent.Workloads;

/// <summary>
/// Probes every local workload twice a second, each in a loop of its own, and at once when its registration changes or somebody
/// has reason to doubt it (<see cref="ProbeNow"/>).
/// </summary>
internal sealed partial class HealthProber(LocalWorkloads workloads, WorkloadProbe probe, TimeProvider time, ILogger<HealthProber> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly Dictionary<WorkloadId, Channel<bool>> _doubts = [];

    /// <summary>Probes a workload without waiting for its turn, for instance because its proxy hung up.</summary>
    public void ProbeNow(WorkloadId id)
    {
        lock (_lock)
            if (_doubts.TryGetValue(id, out var doubt)) doubt.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Unbounded is safe: at most one id per change of a file or of a health on this machine.
        var changes = Channel.CreateUnbounded<WorkloadId>();
        workloads.Changed += id => changes.Writer.TryWrite(id);
        foreach (var id in workloads.Current.Keys) changes.Writer.TryWrite(id);
        await foreach (var id in changes.Reader.ReadAllAsync(stoppingToken))
        {
            if (TryBegin(id) is { } doubt) _ = ProbeLoopAsync(id, doubt.Reader, stoppingToken);
            else ProbeNow(id);
        }
    }

    private async Task ProbeLoopAsync(WorkloadId id, ChannelReader<bool> doubt, CancellationToken stopping)
    {
        var timeouts = 0;
        while (!stopping.IsCancellationRequested && Next(id) is { } local)
        {
            try
            {
                var result = await probe.RunAsync(local.Registration, stopping);
                var history = new ProbeHistory(local.Workload.Health, timeouts).After(result);
                timeouts = history.TimeoutsInRow;
                if (workloads.SetHealth(id, history.Health)) Log.Flipped(logger, id, history.Health, result);
                await WaitAsync(doubt, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Trouble of this machine, such as no free descriptor, says nothing of the workload; without a next round its health would stand for ever.
                Log.Failed(logger, id, e);
                await WaitAsync(doubt, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Beginning and ending look at the registrations under one lock, so that a workload that goes and comes back at once is
    // neither probed twice nor forgotten.
    private Channel<bool>? TryBegin(WorkloadId id)
    {
        lock (_lock)
        {
            if (!workloads.Current.ContainsKey(id) || _doubts.ContainsKey(id)) return null;
            // Room for one: doubts that come while one waits say nothing more.
            return _doubts[id] = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        }
    }

    private LocalWorkload? Next(WorkloadId id)
    {
        lock (_lock)
        {
            if (workloads.Current.TryGetValue(id, out var local)) return local;
            _doubts.Remove(id);
            return null;
        }
    }

    private async Task WaitAsync(ChannelReader<bool> doubt, CancellationToken stopping)
    {
        using var turn = new CancellationTokenSource(Interval, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, turn.Token);
        try
        {
            await doubt.ReadAsync(linked.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Workload {Workload} is {Health} ({Result})")]
        public static partial void Flipped(ILogger logger, WorkloadId workload, WorkloadHealth health, ProbeResult result);

        [LoggerMessage(2, LogLevel.Error, "Workload {Workload} cannot be probed, its last health stands")]
        public static partial void Failed(ILogger logger, WorkloadId workload, Exception exception);
    }
}
