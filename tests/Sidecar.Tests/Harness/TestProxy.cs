using System.Net;
using System.Net.Sockets;
using Mesh.Sidecar.Hosting;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>A proxy in this process, with the agent it talks to.</summary>
internal sealed class TestProxy : IAsyncDisposable
{
    private TestProxy(FakeAgent agent, SidecarProcess process) => (Agent, Process) = (agent, process);

    public FakeAgent Agent { get; }

    public SidecarProcess Process { get; }

    public static async Task<TestProxy> StartAsync(TestCa ca, string name, string role = "sidecar", Action<FakeAgent>? configure = null)
    {
        var agent = await FakeAgent.StartAsync(ca);
        configure?.Invoke(agent);
        var options = new SidecarOptions
        {
            Role = role, Namespace = "default", Name = name, WorkloadName = name + "-v1", ServiceAccount = name, ProxyAddress = "127.0.0.1",
            Labels = new Dictionary<string, string> { ["app"] = name, ["version"] = "v1" },
            Ports = new SidecarPorts { Admin = 0, Readiness = 0, Metrics = 0 }, AgentSocket = agent.SocketPath, TokenFile = agent.TokenFile, DrainSeconds = 1,
        };
        Assert.Empty(options.Validate());
        var process = new SidecarProcess(options, new StderrLogging(TextWriter.Null, TimeProvider.System), TimeProvider.System);
        await process.StartAsync(CancellationToken.None);
        return new TestProxy(agent, process);
    }

    public Task ReadyAsync() => Eventually.TrueAsync(() => Process.IsReady && !Process.Configuration.Listeners.IsEmpty);

    public async ValueTask DisposeAsync()
    {
        await Process.StopAsync();
        await Process.DisposeAsync();
        await Agent.DisposeAsync();
    }
}

internal static class Eventually
{
    /// <summary>Awaits a condition, for 20 seconds at most.</summary>
    public static async Task TrueAsync(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            if (limit.IsCancellationRequested) Assert.Fail($"not in time: {what}");
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}

internal static class FreePort
{
    private const int First = 12_000;
    // Below those that the system gives to connections: such a port would be taken by anybody's between our look at it and its use.
    private const int Count = 20_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>A port that was free a moment ago, and that nobody of this process was given before.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one.
            }
        }
    }
}
