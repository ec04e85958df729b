using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Workloads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Tests.Fakes;

namespace NodeAgent.Tests.Workloads;

/// <summary>Probes against real sockets on a loopback address of the test's own.</summary>
public sealed class HealthProberTests : IAsyncLifetime
{
    private static readonly WorkloadId Id = new("a", "b");

    private readonly string _address = $"127.{Random.Shared.Next(100, 250)}.{Random.Shared.Next(1, 250)}.{Random.Shared.Next(1, 250)}";
    private readonly LocalWorkloads _workloads = new("node-1");
    private readonly WorkloadProbe _probe = new(TimeProvider.System);
    private readonly TcpListener _app = new(IPAddress.Loopback, 0);
    private HealthProber _prober = null!;
    private WebApplication _sidecar = null!;
    private volatile int _status = 503;

    public async ValueTask InitializeAsync()
    {
        _app.Start();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(_address), WorkloadProbe.ReadinessPort));
        _sidecar = builder.Build();
        _sidecar.MapGet("/healthz/ready", () => Results.StatusCode(_status));
        await _sidecar.StartAsync();
        var port = ((IPEndPoint)_app.LocalEndpoint).Port;
        var json = $$"""{"namespace": "a", "name": "b", "address": "{{_address}}", "ports": {"80": {{port}} } }""";
        _workloads.Put(RegistrationReader.Read(Encoding.UTF8.GetBytes(json), out _)!, WorkloadHealth.Unhealthy);
        _prober = new HealthProber(_workloads, _probe, TimeProvider.System, NullLogger<HealthProber>.Instance);
        await _prober.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _prober.StopAsync(CancellationToken.None);
        await _sidecar.DisposeAsync();
        _app.Dispose();
        _probe.Dispose();
    }

    [Fact]
    public async Task Health_FollowsTheSidecarAndTheApplication()
    {
        Assert.Equal(WorkloadHealth.Unhealthy, Health());
        _status = 200;
        await Await.ThatAsync(() => Health() == WorkloadHealth.Healthy);
        _status = 503;
        await Await.ThatAsync(() => Health() == WorkloadHealth.Draining);
        _status = 200;
        await Await.ThatAsync(() => Health() == WorkloadHealth.Healthy);
        _app.Stop();
        await Await.ThatAsync(() => Health() == WorkloadHealth.Unhealthy);
    }

    private WorkloadHealth Health() => _workloads.Current[Id].Workload.Health;
}
