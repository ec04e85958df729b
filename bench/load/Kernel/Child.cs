using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mesh.Bench.Kernel;

/// <summary>A process of ours, its output kept in a file, ended by its id when disposed: asked first, killed after a bound.</summary>
internal sealed partial class Child : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private const int LastWords = 15;
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly string _logFile;

    private Child(Process process, string logFile)
    {
        _process = process;
        _logFile = logFile;
        _log = new StreamWriter(logFile) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Null while it runs, else how it ended and its last words.</summary>
    public string? Failure => _process.HasExited ? $"{_process.StartInfo.FileName} ended with {_process.ExitCode}:\n{LogTail()}" : null;

    public static Child Start(string logFile, string program, params string[] arguments) =>
        Start(logFile, new Dictionary<string, string>(), program, arguments);

    /// <param name="logFile">Where its output goes.</param>
    /// <param name="environment">Added to ours.</param>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Child Start(string logFile, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Child(Process.Start(start)!, logFile);
    }

    private string LogTail()
    {
        using var reader = new StreamReader(new FileStream(_logFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(LastWords));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            if (Native.Kill(_process.Id, Native.Terminate) != 0 || !_process.WaitForExit(Grace))
                _process.Kill(entireProcessTree: true);
            _process.WaitForExit(Grace);
        }

        _process.Dispose();
        lock (_log)
            _log.Dispose();
    }

    private void Write(string? line)
    {
        lock (_log)
        {
            if (line is not null && _log.BaseStream.CanWrite)
                _log.WriteLine(line);
        }
    }

    private static partial class Native
    {
        public const int Terminate = 15;

        [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
        public static partial int Kill(int processId, int signal);
    }
}
