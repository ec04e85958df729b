namespace Mesh.Sidecar.Discovery;

/// <summary>Lets a loop that fails again and again warn once for each new reason. Used by that loop only.</summary>
internal sealed class ReasonLog
{
    private string? _last;

    /// <summary>Warning for a reason other than the last, debug for the same again.</summary>
    public LogLevel LevelFor(string reason)
    {
        if (reason == _last) return LogLevel.Debug;
        _last = reason;
        return LogLevel.Warning;
    }

    /// <summary>It worked in between: the next failure is news, whatever its reason.</summary>
    public void Forget() => _last = null;
}
