namespace Mesh.Sidecar.Transport;

/// <summary>
/// The loops of the process. Connections are dealt out in turn when they are accepted. Safe from all threads.
/// </summary>
internal sealed class EventLoops : IDisposable
{
    private readonly EventLoop[] _loops;
    private uint _next;

    public EventLoops(int count)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("the sidecar's transport is epoll: it runs on Linux");
        _loops = new EventLoop[count];
        for (var i = 0; i < count; i++) _loops[i] = new EventLoop(i);
    }

    /// <summary>
    /// A proxy shares its machine with the application. On two processors one thread took 19 % less CPU a request than two and answered as
    /// many (bench/README.md): fuller polls, fewer switches, and both legs of a request stay in one processor's cache.
    /// </summary>
    public static int DefaultCount => Math.Max(1, Environment.ProcessorCount / 2);

    public int Count => _loops.Length;

    public EventLoop Next() => _loops[Interlocked.Increment(ref _next) % (uint)_loops.Length];

    public void Dispose()
    {
        foreach (var loop in _loops) loop.Dispose();
    }
}
