namespace Mesh.Cli.Local.Supervision;

/// <summary>
/// How long to wait before a program that ended is started again: 1 s, doubling to 30 s, and 1 s again once it ran for
/// <see cref="StableAfter"/>. Not thread-safe; one per process.
/// </summary>
internal sealed class RestartBackoff
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    public TimeSpan Next(TimeSpan ranFor)
    {
        if (ranFor >= StableAfter) _next = First;
        var delay = _next;
        _next = delay * 2 > Longest ? Longest : delay * 2;
        return delay;
    }
}
