using System.Runtime.InteropServices;
using Mesh.Sidecar.Hosting;

namespace Mesh.Sidecar;

/// <summary>mesh-sidecar: <c>mesh-sidecar --config FILE</c>. Exit codes: 0 after a drain, 1 for a failure while running, 2 for bad options.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        SocketThreads.Configure();
        OpenFiles.RaiseLimit();
        if (args is not ["--config", var file])
        {
            await Console.Error.WriteLineAsync("usage: mesh-sidecar --config FILE");
            return 2;
        }
        if (!SidecarOptionsFile.TryRead(file, out var options, out var errors))
        {
            foreach (var error in errors) await Console.Error.WriteLineAsync(error);
            return 2;
        }
        using var logging = new StderrLogging(Console.Error, TimeProvider.System) { Level = Enum.Parse<LogLevel>(options.LogLevel, ignoreCase: true) };
        return await RunAsync(options, logging);
    }

    private static async Task<int> RunAsync(SidecarOptions options, StderrLogging logging)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        await using var process = new SidecarProcess(options, logging, TimeProvider.System);
        try
        {
            await process.StartAsync(CancellationToken.None);
            await await Task.WhenAny(signalled.Task, process.Quit);
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"fatal: {e}");
            return 1;
        }
        await process.StopAsync();
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            signalled.TrySetResult();
        }
    }
}
