using System.Diagnostics;

namespace Mesh.EndToEnd.Tests;

/// <summary>What a command printed and how it ended.</summary>
internal sealed record ShellResult(int Code, string Output, string Error)
{
    public ShellResult Succeeded()
    {
        Assert.True(Code == 0, $"exit code {Code}\n{Output}\n{Error}");
        return this;
    }
}

/// <summary>Runs commands as a user would, with meshctl on the PATH.</summary>
internal static class Shell
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(4);

    public static async Task<ShellResult> RunAsync(string script, string directory, string stateHome)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-ec", script]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Repository.Meshctl}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["XDG_STATE_HOME"] = stateHome;
        foreach (var name in (string[])["http_proxy", "HTTP_PROXY", "MESH_STATE_DIR", "MESH_HOME"]) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        var error = process.StandardError.ReadToEndAsync(bound.Token);
        try
        {
            await process.WaitForExitAsync(bound.Token);
            return new ShellResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Command lines of running processes that mention a directory.</summary>
    public static IReadOnlyList<string> ProcessesOf(string directory)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
                if (line.Contains(directory, StringComparison.Ordinal)) found.Add(line);
            }
            catch (IOException)
            {
                // Ended while we looked.
            }
        }
        return found;
    }
}
