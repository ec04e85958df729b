using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;
using Mesh.NodeAgent;
using Mesh.NodeAgent.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NodeAgent.Tests.Fakes;

/// <summary>A directory that goes with the test; short, because a socket lies in it.</summary>
internal sealed class AgentDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ma").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Register(string @namespace, string name, string json)
    {
        Directory.CreateDirectory(this["workloads"]);
        File.WriteAllText(this["new"], json);
        File.Move(this["new"], System.IO.Path.Combine(this["workloads"], $"{@namespace}.{name}.json"), overwrite: true);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>A whole agent in this process.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly AgentOptions _options;

    private TestAgent(WebApplication app, AgentOptions options) => (_app, _options) = (app, options);

    public static Task<TestAgent> StartAsync(AgentDirectory directory, FakeMesh mesh, params int[] replicaPorts) =>
        StartAsync(directory, mesh, TimeProvider.System, replicaPorts);

    public static async Task<TestAgent> StartAsync(AgentDirectory directory, FakeMesh mesh, TimeProvider time, params int[] replicaPorts)
    {
        File.WriteAllText(directory["root.pem"], mesh.Authority.RootPem);
        File.WriteAllText(directory["join.token"], FakeMesh.JoinToken + "\n");
        var options = new AgentOptions
        {
            Node = "node-1",
            Address = IPAddress.Loopback,
            TrustDomain = "cluster.local",
            Replicas = [.. replicaPorts.Select(port => new DnsEndPoint("127.0.0.1", port))],
            RootCertificate = directory["root.pem"],
            JoinTokenFile = directory["join.token"],
            Socket = directory["agent.sock"],
            WorkloadsDirectory = directory["workloads"],
            StateDirectory = directory["state"],
            HealthPort = 0,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.BuildAgent(options, time);
        await app.StartAsync();
        return new TestAgent(app, options);
    }

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public Uri Health => new(_app.Urls.Single(url => url.StartsWith("http://127", StringComparison.Ordinal)));

    public GrpcChannel OpenSocket() => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
    {
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_options.Socket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        },
    });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
