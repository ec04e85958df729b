using System.Runtime.InteropServices;

namespace Mesh.Cli.Local.Supervision;

/// <summary>How a child ended: its exit code, or the signal that ended it.</summary>
internal readonly record struct ChildExit(int Code, int Signal)
{
    public override string ToString() => Signal != 0 ? $"killed by signal {Signal}" : $"exit code {Code}";
}

/// <summary>
/// One started program, leader of its own session and process group. A thread of its own blocks in waitpid, so an exit is known
/// at once and no child of ours stays a zombie. Thread-safe.
/// </summary>
internal sealed class ChildProcess
{
    private const int WaitThreadStack = 128 * 1024;
    private readonly TaskCompletionSource<ChildExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();

    private ChildProcess(int id) => Id = id;

    public int Id { get; }

    public Task<ChildExit> Exited => _exited.Task;

    /// <summary>Starts the program; an <see cref="IOException"/> names what could not be done.</summary>
    public static ChildProcess Start(SpawnRequest request)
    {
        if (!Directory.Exists(request.WorkingDirectory)) throw new IOException($"working directory {request.WorkingDirectory} does not exist");
        using var block = new SpawnBlock(request);
        var error = Posix.Spawn(out var pid, request.FileName, block.Actions, block.Attributes, block.Arguments, block.Environment);
        if (error != 0) throw new IOException($"cannot start {request.FileName}: {Marshal.GetPInvokeErrorMessage(error)}");
        var child = new ChildProcess(pid);
        new Thread(child.Wait, WaitThreadStack) { IsBackground = true, Name = $"wait {pid}" }.Start();
        return child;
    }

    /// <summary>Signals the whole group; false when nothing of it is left.</summary>
    public bool Signal(int signal)
    {
        // Under the gate: once the leader is reaped its number may belong to somebody else.
        lock (_gate) return !_exited.Task.IsCompleted && Posix.Kill(-Id, signal) == 0;
    }

    private void Wait()
    {
        int result, status;
        do result = Posix.Wait(Id, out status, 0);
        while (result < 0 && Marshal.GetLastPInvokeError() == 4); // EINTR
        lock (_gate)
        {
            // Whatever the program itself started goes with it; the group's number cannot be reused while a member lives.
            _ = Posix.Kill(-Id, Posix.SigKill);
            var signal = status & 0x7f;
            _exited.SetResult(result < 0 ? new ChildExit(-1, 0) : new ChildExit(signal != 0 ? 0 : (status >> 8) & 0xff, signal));
        }
    }
}
