using System.Diagnostics;

namespace Mesh.EndToEnd.Tests.Clients;

/// <summary>A server of tests/GrpcJs as a process; its packages are installed from npm when they are not there.</summary>
internal sealed class GrpcJs : IDisposable
{
    private readonly Process _process;

    private GrpcJs(Process process) => _process = process;

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "GrpcJs");

    public static async Task InstallAsync()
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "@grpc", "proto-loader"))) return;
        // No lock file: the versions that matter are exact in package.json, and a lock would name one registry.
        (await Shell.RunAsync("npm install --no-package-lock --no-audit --no-fund --loglevel=error", Folder, Path.GetTempPath())).Succeeded();
    }

    public static async Task<GrpcJs> ServeAsync(int port)
    {
        var process = Process.Start(new ProcessStartInfo("node", ["server.js", $"{port}", $"{port}"]) { WorkingDirectory = Folder, RedirectStandardOutput = true })!;
        var server = new GrpcJs(process);
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("ready", line);
        return server;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
