using System.Collections.Concurrent;

namespace Mesh.Cli.Local.Supervision;

/// <summary>
/// Starts, restarts and stops the processes of one mesh. However it ends, nothing it started is left: <see cref="StopAsync"/> goes
/// tier by tier and kills what does not end in time, and <see cref="OrphanGuard"/> stands behind for the case that this process is
/// killed. Thread-safe.
/// </summary>
internal sealed class Supervisor : IAsyncDisposable
{
    /// <summary>How long a tier may drain before it is killed. Ctrl-C is meant: the user waits for it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan KillAgain = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, SupervisedProcess> _processes = new(StringComparer.Ordinal);
    private readonly OrphanGuard _guard;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;

    public Supervisor(string logDirectory, TimeProvider time, Action<string> report)
    {
        _guard = OrphanGuard.Start(Path.Combine(logDirectory, "guard.log"));
        _time = time;
        _report = report;
    }

    public IReadOnlyCollection<SupervisedProcess> Processes => [.. _processes.Values.OrderBy(p => p.Name, StringComparer.Ordinal)];

    public SupervisedProcess this[string name] => _processes[name];

    public SupervisedProcess Start(string name, ProcessTier tier, SpawnRequest request)
    {
        var process = new SupervisedProcess(name, tier, request, _guard, _time, _report);
        if (!_processes.TryAdd(name, process)) throw new ArgumentException($"two processes are called {name}");
        process.Start();
        return process;
    }

    /// <summary>Stops everything in order; once <paramref name="hurry"/> is cancelled, everything is killed at once.</summary>
    public async Task StopAsync(CancellationToken hurry)
    {
        foreach (var tier in Enum.GetValues<ProcessTier>())
        {
            var members = _processes.Values.Where(p => p.Tier == tier).ToArray();
            var stopped = Task.WhenAll(members.Select(p => p.StopAsync()));
            var late = Task.Delay(Grace, _time, hurry);
            if (await Task.WhenAny(stopped, late) == stopped) continue;
            await KillUntilStoppedAsync(members, stopped);
        }
    }

    // Again and again: a process may be between its start and being known here when the first kill passes it by.
    private async Task KillUntilStoppedAsync(SupervisedProcess[] members, Task stopped)
    {
        while (!stopped.IsCompleted)
        {
            foreach (var process in members) process.Kill();
            await Task.WhenAny(stopped, Task.Delay(KillAgain, _time));
        }
        await stopped;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _guard.Dispose();
    }
}
