using Mesh.Core.Identity;
using Mesh.Core.Snapshots;

namespace Mesh.NodeAgent.Workloads;

/// <summary>
/// Keeps <see cref="LocalWorkloads"/> equal to the files of the workloads directory. Notifications only say "look again"; a
/// periodic scan makes up for those that the kernel dropped. A file that does not parse keeps its last good registration.
/// Scans are serialized by a lock.
/// </summary>
internal sealed partial class WorkloadsDirectory(
    string directory, LocalWorkloads workloads, Func<WorkloadId, WorkloadHealth> initialHealth, TimeProvider time, ILogger<WorkloadsDirectory> logger)
    : IDisposable
{
    /// <summary>inotify drops events when its queue overflows; a scan of 250 files costs about a millisecond.</summary>
    private static readonly TimeSpan RescanInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, FileState> _files = [];
    private FileSystemWatcher? _watcher;
    private ITimer? _timer;

    /// <summary>Reads what is there, then watches. Registrations are complete when this returns.</summary>
    public void Start()
    {
        Directory.CreateDirectory(directory);
        var watcher = new FileSystemWatcher(directory, "*.json");
        watcher.Created += (_, _) => Scan();
        watcher.Changed += (_, _) => Scan();
        watcher.Deleted += (_, _) => Scan();
        watcher.Renamed += (_, _) => Scan();
        watcher.Error += (_, e) => Log.WatchFailed(logger, e.GetException());
        watcher.EnableRaisingEvents = true;
        _watcher = watcher;
        Scan();
        _timer = time.CreateTimer(_ => Scan(), null, RescanInterval, RescanInterval);
    }

    /// <summary>Brings the registrations up to date now: for a proxy that calls before the kernel's notification came.</summary>
    public void Scan()
    {
        lock (_lock)
        {
            try
            {
                ScanNeedsLock();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.ScanFailed(logger, directory, e);
            }
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _watcher?.Dispose();
    }

    private void ScanNeedsLock()
    {
        HashSet<string> seen = [];
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*.json"))
        {
            seen.Add(file.Name);
            var stamp = (file.LastWriteTimeUtc, file.Length);
            if (_files.TryGetValue(file.Name, out var known) && known.Stamp == stamp) continue;
            var id = ReadNeedsLock(file) ?? known?.Id;
            _files[file.Name] = new FileState(stamp, id);
        }

        foreach (var (name, state) in _files.Where(f => !seen.Contains(f.Key)).ToArray())
        {
            _files.Remove(name);
            if (state.Id is { } id) workloads.Remove(id);
        }
    }

    private WorkloadId? ReadNeedsLock(FileInfo file)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(file.FullName);
        }
        catch (FileNotFoundException)
        {
            // Removed between listing and reading: the next scan sees that it is gone.
            return null;
        }

        if (RegistrationReader.Read(content, out var errors) is not { } registration)
        {
            Log.Invalid(logger, file.Name, string.Join("; ", errors));
            return null;
        }

        if (file.Name != $"{registration.Id.Namespace}.{registration.Id.Name}.json")
        {
            Log.Invalid(logger, file.Name, $"namespace, name: the file must be called {registration.Id.Namespace}.{registration.Id.Name}.json");
            return null;
        }

        workloads.Put(registration with { RegisteredAt = file.LastWriteTimeUtc }, initialHealth(registration.Id));
        return registration.Id;
    }

    private sealed record FileState((DateTime Written, long Length) Stamp, WorkloadId? Id);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Registration {File} is ignored, the last good one stands: {Errors}")]
        public static partial void Invalid(ILogger logger, string file, string errors);

        [LoggerMessage(2, LogLevel.Error, "Cannot read the workloads directory {Directory}")]
        public static partial void ScanFailed(ILogger logger, string directory, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "Notifications of the workloads directory were lost; the periodic scan makes up for it")]
        public static partial void WatchFailed(ILogger logger, Exception exception);
    }
}
