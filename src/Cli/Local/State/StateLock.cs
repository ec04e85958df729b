using System.Globalization;

namespace Mesh.Cli.Local.State;

/// <summary>
/// Says that a supervisor runs on this state directory. The lock is the kernel's, so it goes with the process, however that ends;
/// <c>up.pid</c> beside it is for people and for <c>meshctl down</c>.
/// </summary>
internal sealed class StateLock : IDisposable
{
    private readonly StateDirectory _state;
    private readonly FileStream _file;

    private StateLock(StateDirectory state, FileStream file)
    {
        _state = state;
        _file = file;
    }

    public static StateLock Acquire(StateDirectory state)
    {
        if (TryLock(state) is not { } file)
            throw new CliException($"a mesh is already running in {state.Root} (process {Owner(state)}). Stop it with `meshctl down --state-dir {state.Root}`, or give this one another --state-dir.");
        PrivateFile.Write(state.ProcessId, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new StateLock(state, file);
    }

    /// <summary>The supervisor's process id; null when none is running.</summary>
    public static int? RunningOwner(StateDirectory state)
    {
        if (!File.Exists(state.Lock)) return null;
        using var file = TryLock(state);
        return file is null ? Owner(state) : null;
    }

    public void Dispose()
    {
        File.Delete(_state.ProcessId);
        _file.Dispose();
    }

    private static int? Owner(StateDirectory state) =>
        File.Exists(state.ProcessId) && int.TryParse(File.ReadAllText(state.ProcessId), out var id) ? id : null;

    private static FileStream? TryLock(StateDirectory state)
    {
        try
        {
            return new FileStream(state.Lock, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = PrivateFile.OwnerOnly,
            });
        }
        catch (IOException) when (File.Exists(state.Lock))
        {
            return null; // locked by another process
        }
    }
}
