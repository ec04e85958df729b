using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Mesh.Cluster;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.Membership;
using Mesh.Cluster.Membership.Remoting;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.MultiNode.Tests.Replicas;

/// <summary>One whole replica in this process, on its own loopback address.</summary>
internal sealed class TestReplica : IAsyncDisposable
{
    // Terminating alone must not leave the cluster politely: that is a crash, for tests.
    private static readonly Config Abrupt = ConfigurationFactory.ParseString(
        "akka.coordinated-shutdown.run-by-actor-system-terminate = off");

    private readonly HttpClient _http;
    private bool _isDisposed;

    public TestReplica(ClusterOptions options, TestNetwork network, string hocon = "")
    {
        (Options, Hocon) = (options, hocon);
        var settings = ConfigurationFactory.ParseString(hocon).WithFallback(Abrupt).WithFallback(HoconResources.Load("testing.conf"));
        Host = Program.CreateHost(options, services => services
            .AddSingleton(new HoconOverrides(settings))
            .AddSingleton<PeerDialer>((peer, cancellation) => network.DialAsync(options.Address, peer, cancellation))
            .AddLogging(logging => logging.ClearProviders()));
        _http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        })
        { BaseAddress = new Uri($"https://{options.Address}:{options.Ports.Api}"), Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestMesh.AdminToken);
    }

    public ClusterOptions Options { get; }

    /// <summary>Akka settings of this replica over those of all tests.</summary>
    public string Hocon { get; }

    public IHost Host { get; }

    public HttpClient Api => _http;

    public ActorSystem System => Host.Services.GetRequiredService<ActorSystem>();

    public ReplicaModel Model => Host.Services.GetRequiredService<ModelFeed>().Current.Model;

    public bool IsTerminated => System.WhenTerminated.IsCompleted;

    public Task StartAsync() => Host.StartAsync();

    public Task ReadyAsync() => Until.TrueAsync(
        () => Akka.Cluster.Cluster.Get(System).SelfMember.Status == Akka.Cluster.MemberStatus.Up
            && Host.Services.GetRequiredService<PeerTable>().CaughtUp,
        $"{Options.Name} ready");

    /// <summary>Applies a VirtualService whose only route has this timeout; the revision.</summary>
    public async Task<ulong> ApplyAsync(string name, int seconds)
    {
        var revision = await TryApplyAsync(name, seconds);
        Assert.True(revision is not null, $"{Options.Name} could not reach the configuration log");
        return revision.Value;
    }

    /// <summary>As <see cref="ApplyAsync"/>; null when the answer is 503.</summary>
    public async Task<ulong?> TryApplyAsync(string name, int seconds)
    {
        var yaml = $$"""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: {{name}}}
            spec:
              hosts: [{{name}}]
              http:
              - route:
                - destination: {host: {{name}}}
                timeout: {{seconds}}s
            """;
        var body = new { documents = new[] { new { file = "test.yaml", document = 1, line = 1, yaml } } };
        using var response = await _http.PostAsJsonAsync("/mesh/v1/apply", body, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (response.StatusCode == global::System.Net.HttpStatusCode.ServiceUnavailable) return null;
        Assert.True(response.IsSuccessStatusCode, $"{text} {CoordinatedShutdown.Get(System).ShutdownReason}");
        return JsonDocument.Parse(text).RootElement.GetProperty("revision").GetUInt64();
    }

    /// <summary>Ends the actor system without leaving the cluster, as a killed process would.</summary>
    public Task CrashAsync() => System.Terminate();

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _http.Dispose();
        await Host.StopAsync(TestContext.Current.CancellationToken);
        Host.Dispose();
    }
}
