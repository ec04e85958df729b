using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mesh.Cli.Local.Supervision;

/// <summary>
/// Ends every started process group if this process dies without doing so itself, by kill -9 for instance: a shell in its own
/// session reads the groups from a pipe, and when the pipe closes it kills those that are left. PR_SET_PDEATHSIG would not do: it fires when the starting
/// <em>thread</em> ends, and it does not reach grandchildren. Thread-safe.
/// </summary>
internal sealed class OrphanGuard : IDisposable
{
    private const string Script =
        """
        trap '' INT TERM HUP
        groups=' '
        while read -r op id; do
          case $op in
          +) groups="$groups$id " ;;
          -) case $groups in *" $id "*) groups=${groups%%" $id "*}' '${groups#*" $id "} ;; esac ;;
          esac
        done
        for id in $groups; do kill -9 -"$id" 2>/dev/null; done
        exit 0
        """;

    private readonly FileStream _pipe;
    private readonly ChildProcess _shell;

    private OrphanGuard(FileStream pipe, ChildProcess shell)
    {
        _pipe = pipe;
        _shell = shell;
    }

    public static OrphanGuard Start(string logFile)
    {
        var ends = new int[2];
        if (Posix.Pipe(ends, Posix.CloseOnExec) != 0) throw new IOException($"pipe: {Marshal.GetLastPInvokeErrorMessage()}");
        using var reader = new SafeFileHandle(ends[0], ownsHandle: true);
        var writer = new FileStream(new SafeFileHandle(ends[1], ownsHandle: true), FileAccess.Write, bufferSize: 0);
        var request = new SpawnRequest("/bin/sh", ["-c", Script], new Dictionary<string, string>(), "/", logFile) { Descriptors = [(ends[0], 0)] };
        return new OrphanGuard(writer, ChildProcess.Start(request));
    }

    public void Add(int group) => Write($"+ {group}\n");

    public void Remove(int group) => Write($"- {group}\n");

    /// <summary>Closes the pipe; the shell kills what is still listed and ends.</summary>
    public void Dispose()
    {
        lock (_pipe) _pipe.Dispose();
        _shell.Exited.Wait(TimeSpan.FromSeconds(5));
    }

    private void Write(string line)
    {
        lock (_pipe)
            if (_pipe.CanWrite) _pipe.Write(Encoding.ASCII.GetBytes(line));
    }
}
