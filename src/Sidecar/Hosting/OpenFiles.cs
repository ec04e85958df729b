using System.Runtime.InteropServices;

namespace Mesh.Sidecar.Hosting;

/// <summary>
/// How many files this process may have open. Each listener and each connection takes one, and the usual soft limit of 1,024, which is there for programs
/// that use <c>select</c>, would end at a thousand services with addresses of their own. A native program starts with the soft limit as it is.
/// </summary>
internal static unsafe partial class OpenFiles
{
    // RLIMIT_NOFILE; the same number on every Linux that .NET runs on.
    private const int Resource = 7;

    /// <summary>What is allowed now; 0 when the kernel does not say.</summary>
    public static ulong Limit => Read() is { } limit ? limit.Soft : 0;

    /// <summary>Takes all that the hard limit allows; what is allowed then.</summary>
    public static ulong RaiseLimit()
    {
        if (Read() is { } limit && limit.Soft < limit.Hard) TrySet(limit.Hard);
        return Limit;
    }

    /// <summary>Sets the soft limit alone; false when the kernel refuses.</summary>
    internal static bool TrySet(ulong soft)
    {
        if (Read() is not { } limit) return false;
        var wanted = limit with { Soft = soft };
        return setrlimit(Resource, &wanted) == 0;
    }

    internal static ulong HardLimit => Read() is { } limit ? limit.Hard : 0;

    private static FileLimits? Read()
    {
        FileLimits limits;
        return getrlimit(Resource, &limits) == 0 ? limits : null;
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, FileLimits* limits);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, FileLimits* limits);

    private record struct FileLimits(ulong Soft, ulong Hard);
}
