using Mesh.Sidecar.Hosting;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Tests.Discovery;

public sealed class AgentAbsentTests
{
    [Fact]
    public async Task Start_BeforeTheAgent_SaysSoOncePerClientInOneShortLine()
    {
        var directory = Directory.CreateTempSubdirectory("mesh-sc");
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "token"), "secret", TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var text = TextWriter.Synchronized(output);
        var logging = new StderrLogging(text, TimeProvider.System);
        var options = new SidecarOptions
        {
            Role = "sidecar", Namespace = "default", Name = "client", WorkloadName = "client-v1", ServiceAccount = "client", ProxyAddress = "127.0.0.1",
            Ports = new SidecarPorts { Admin = 0, Readiness = 0, Metrics = 0 }, AgentSocket = Path.Combine(directory.FullName, "agent.sock"),
            TokenFile = Path.Combine(directory.FullName, "token"), DrainSeconds = 1,
        };
        var process = new SidecarProcess(options, logging, TimeProvider.System);
        logging.Level = LogLevel.Debug;
        await process.StartAsync(CancellationToken.None);
        // At debug the same reason is there again: the loops have come round.
        await Eventually.TrueAsync(() => Said("debug", "no new certificate") > 0 && Said("debug", "no discovery yet") > 0);
        await process.StopAsync();
        await process.DisposeAsync();
        directory.Delete(recursive: true);
        Assert.Equal(1, Said("warning", "no new certificate"));
        Assert.Equal(1, Said("warning", "no discovery yet"));
        Assert.All(Lines("warning"), line =>
        {
            Assert.EndsWith($"the agent's socket {options.AgentSocket} is not there", line);
            Assert.DoesNotContain("Exception", line);
        });

        string[] Lines(string level)
        {
            lock (text) return [.. output.ToString().Split(Environment.NewLine).Where(l => l.Contains($" {level} Sidecar ", StringComparison.Ordinal))];
        }

        int Said(string level, string what) => Lines(level).Count(l => l.Contains(what, StringComparison.Ordinal));
    }
}
