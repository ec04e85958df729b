using System.Globalization;

namespace Mesh.Cli.Local.Supervision;

/// <summary>What a supervised process is doing.</summary>
internal enum ProcessPhase
{
    Pending,
    Running,
    BackingOff,
    Stopped,
}

/// <summary>
/// Keeps one program running: starts it, and starts it again with <see cref="RestartBackoff"/> when it ends by itself. One loop owns all
/// changes; other threads read <see cref="Phase"/>, signal, or hold restarts.
/// </summary>
internal sealed class SupervisedProcess(string name, ProcessTier tier, SpawnRequest request, OrphanGuard guard, TimeProvider time, Action<string> report)
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly RestartBackoff _backoff = new();
    private volatile ChildProcess? _child;
    private volatile TaskCompletionSource? _held;
    private Task _loop = Task.CompletedTask;

    public string Name { get; } = name;

    public ProcessTier Tier { get; } = tier;

    public string LogFile => request.LogFile;

    public ProcessPhase Phase { get; private set; }

    /// <summary>How often the program ended by itself.</summary>
    public int Ends { get; private set; }

    /// <summary>How it ended the last time.</summary>
    public ChildExit? LastExit { get; private set; }

    /// <summary>The running child's process id; null while there is none.</summary>
    public int? Id => _child is { Exited.IsCompleted: false } child ? child.Id : null;

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Ends the program as a crash would; the loop starts it again, unless restarts are held.</summary>
    public void Kill() => _child?.Signal(Posix.SigKill);

    /// <summary>Until the token is disposed a program that ends stays down; then it is started at once.</summary>
    public IDisposable HoldRestart()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held = held;
        return new Release(() =>
        {
            _held = null;
            held.SetResult();
        });
    }

    /// <summary>Asks the program to end; <see cref="Kill"/> is the caller's next step if <see cref="StopAsync"/> takes too long.</summary>
    public Task StopAsync()
    {
        if (!_stopping.IsCancellationRequested) _stopping.Cancel();
        _child?.Signal(Posix.SigTerm);
        return _loop;
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var started = time.GetTimestamp();
            if (!await RunOnceAsync()) break;
            Ends++;
            if (_held is { } held)
            {
                await Task.WhenAny(held.Task, Task.Delay(Timeout.Infinite, _stopping.Token));
                continue;
            }
            var delay = _backoff.Next(time.GetElapsedTime(started));
            report($"{Name}: {LastExit}, starting it again in {delay.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s (log: {LogFile})");
            Phase = ProcessPhase.BackingOff;
            if (!await DelayAsync(delay)) break;
        }
        Phase = ProcessPhase.Stopped;
    }

    /// <summary>False when the process ended because it was told to.</summary>
    private async Task<bool> RunOnceAsync()
    {
        try
        {
            LogFiles.Rotate(request.LogFile);
            var child = ChildProcess.Start(request);
            _child = child; // before anything that may wait: from here on it can be signalled
            guard.Add(child.Id);
            Phase = ProcessPhase.Running;
            if (_stopping.IsCancellationRequested) child.Signal(Posix.SigTerm);
            LastExit = await child.Exited;
            guard.Remove(child.Id);
        }
        catch (IOException e)
        {
            report($"{Name}: {e.Message}");
            LastExit = new ChildExit(127, 0);
        }
        return !_stopping.IsCancellationRequested;
    }

    private async Task<bool> DelayAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, time, _stopping.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false; // told to stop
        }
    }

    private sealed class Release(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
