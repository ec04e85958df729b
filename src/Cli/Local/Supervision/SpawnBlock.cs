using System.Runtime.InteropServices;

namespace Mesh.Cli.Local.Supervision;

/// <summary>The unmanaged memory of one <c>posix_spawn</c> call; freed as a whole.</summary>
internal sealed class SpawnBlock : IDisposable
{
    private readonly List<nint> _allocated = [];

    public SpawnBlock(SpawnRequest request)
    {
        Actions = Allocate(Posix.StructureSize);
        Attributes = Allocate(Posix.StructureSize);
        Check(Posix.ActionsInit(Actions), "posix_spawn_file_actions_init");
        Check(Posix.AttributesInit(Attributes), "posix_spawnattr_init");
        AddActions(request);
        AddAttributes();
        Arguments = Strings([request.FileName, .. request.Arguments]);
        Environment = Strings([.. request.Environment.Select(variable => $"{variable.Key}={variable.Value}")]);
    }

    public nint Actions { get; }

    public nint Attributes { get; }

    public nint Arguments { get; }

    public nint Environment { get; }

    public void Dispose()
    {
        _ = Posix.ActionsDestroy(Actions);
        _ = Posix.AttributesDestroy(Attributes);
        foreach (var block in _allocated) Marshal.FreeHGlobal(block);
    }

    private void AddActions(SpawnRequest request)
    {
        Check(Posix.ActionsChangeDirectory(Actions, request.WorkingDirectory), "chdir");
        if (request.Descriptors.All(d => d.Childs != 0)) Check(Posix.ActionsOpen(Actions, 0, "/dev/null", Posix.ReadOnly, 0), "open stdin");
        Check(Posix.ActionsOpen(Actions, 1, request.LogFile, Posix.AppendOrCreate, 0x180), "open stdout"); // 0600
        Check(Posix.ActionsDuplicate(Actions, 1, 2), "dup2 stderr");
        foreach (var (ours, childs) in request.Descriptors) Check(Posix.ActionsDuplicate(Actions, ours, childs), "dup2");
    }

    /// <summary>A session of its own, so that the terminal's Ctrl-C reaches only us; and no signal ignored, as the runtime ignores SIGPIPE.</summary>
    private void AddAttributes()
    {
        var signals = Allocate(Posix.StructureSize);
        _ = Posix.SignalsAll(signals);
        Check(Posix.AttributesSetDefaultSignals(Attributes, signals), "posix_spawnattr_setsigdefault");
        _ = Posix.SignalsNone(signals);
        Check(Posix.AttributesSetMask(Attributes, signals), "posix_spawnattr_setsigmask");
        Check(Posix.AttributesSetFlags(Attributes, Posix.SpawnInNewSession | Posix.SpawnWithDefaultSignals), "posix_spawnattr_setflags");
    }

    private nint Strings(IReadOnlyList<string> values)
    {
        var table = Allocate((values.Count + 1) * nint.Size);
        for (var i = 0; i < values.Count; i++)
        {
            var text = Marshal.StringToCoTaskMemUTF8(values[i]);
            Marshal.WriteIntPtr(table, i * nint.Size, Keep(text));
        }
        Marshal.WriteIntPtr(table, values.Count * nint.Size, 0);
        return table;
    }

    private nint Allocate(int size) => Keep(Marshal.AllocHGlobal(size));

    // On Unix AllocHGlobal and the CoTaskMem functions share malloc, so one list frees both.
    private nint Keep(nint block)
    {
        _allocated.Add(block);
        return block;
    }

    private static void Check(int error, string what)
    {
        if (error != 0) throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
