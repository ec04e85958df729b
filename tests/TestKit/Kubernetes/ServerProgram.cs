using System.Diagnostics;

namespace Mesh.TestKit.Kubernetes;

/// <summary>A program that ended while it was needed.</summary>
public sealed class ProgramEndedException(string message) : Exception(message);

/// <summary>One program a test started. Its last lines are kept for the message when it ends too early; its files are in its folder.</summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private const int KeptLines = 40;

    private readonly Process process;
    private readonly Queue<string> last = [];

    private ServerProgram(Process process)
    {
        this.process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static ServerProgram Start(string program, DirectoryInfo folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var proxy in (string[])["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"]) start.Environment.Remove(proxy);
        return new ServerProgram(Process.Start(start)!);
    }

    public void ThrowIfEnded()
    {
        if (!process.HasExited) return;
        lock (last) throw new ProgramEndedException($"{process.StartInfo.FileName} ended with {process.ExitCode}:\n{string.Join('\n', last)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (last)
        {
            last.Enqueue(line.Data);
            if (last.Count > KeptLines) last.Dequeue();
        }
    }
}
