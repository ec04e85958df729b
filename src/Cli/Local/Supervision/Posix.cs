using System.Runtime.InteropServices;

namespace Mesh.Cli.Local.Supervision;

/// <summary>
/// The few calls of libc that <see cref="System.Diagnostics.Process"/> does not offer: starting a child in a session of its own
/// with its output going straight to a file, and signalling its whole process group.
/// </summary>
internal static class Posix
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    public const int ReadOnly = 0;
    public const int AppendOrCreate = 0x1 | 0x40 | 0x400;   // O_WRONLY | O_CREAT | O_APPEND, the same on x64 and arm64
    public const int CloseOnExec = 0x80000;
    public const short SpawnWithDefaultSignals = 0x04 | 0x08; // POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    public const short SpawnInNewSession = 0x80;

    /// <summary>Room for glibc's and musl's attribute, file-action and signal-set structures (336 bytes at most).</summary>
    public const int StructureSize = 1024;

    private const string LibC = "libc";

    [DllImport(LibC, EntryPoint = "posix_spawnp")]
    public static extern int Spawn(out int pid, [MarshalAs(UnmanagedType.LPUTF8Str)] string file, nint actions, nint attributes, nint argv, nint envp);

    [DllImport(LibC, EntryPoint = "posix_spawn_file_actions_init")]
    public static extern int ActionsInit(nint actions);

    [DllImport(LibC, EntryPoint = "posix_spawn_file_actions_destroy")]
    public static extern int ActionsDestroy(nint actions);

    [DllImport(LibC, EntryPoint = "posix_spawn_file_actions_addopen")]
    public static extern int ActionsOpen(nint actions, int fd, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport(LibC, EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static extern int ActionsDuplicate(nint actions, int fd, int target);

    [DllImport(LibC, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    public static extern int ActionsChangeDirectory(nint actions, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport(LibC, EntryPoint = "posix_spawnattr_init")]
    public static extern int AttributesInit(nint attributes);

    [DllImport(LibC, EntryPoint = "posix_spawnattr_destroy")]
    public static extern int AttributesDestroy(nint attributes);

    [DllImport(LibC, EntryPoint = "posix_spawnattr_setflags")]
    public static extern int AttributesSetFlags(nint attributes, short flags);

    [DllImport(LibC, EntryPoint = "posix_spawnattr_setsigdefault")]
    public static extern int AttributesSetDefaultSignals(nint attributes, nint signals);

    [DllImport(LibC, EntryPoint = "posix_spawnattr_setsigmask")]
    public static extern int AttributesSetMask(nint attributes, nint signals);

    [DllImport(LibC, EntryPoint = "sigfillset")]
    public static extern int SignalsAll(nint signals);

    [DllImport(LibC, EntryPoint = "sigemptyset")]
    public static extern int SignalsNone(nint signals);

    [DllImport(LibC, EntryPoint = "waitpid", SetLastError = true)]
    public static extern int Wait(int pid, out int status, int options);

    [DllImport(LibC, EntryPoint = "kill", SetLastError = true)]
    public static extern int Kill(int pid, int signal);

    [DllImport(LibC, EntryPoint = "pipe2", SetLastError = true)]
    public static extern int Pipe([Out] int[] ends, int flags);
}
