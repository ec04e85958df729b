using System.Text.Json;

namespace Mesh.EndToEnd.Tests.Clients;

/// <summary>Programs that people really call services with, through the sidecars of a mesh of real processes.</summary>
[Collection("Real processes")]
public sealed class ClientTests(ClientMesh mesh) : IClassFixture<ClientMesh>
{
    /// <summary>Program, command line (HOST is the client's sidecar, BODY a file of 5 MB, GRPC a call by grpc-js), and what its output says.</summary>
    public static TheoryData<string, string, string> Calls => new()
    {
        { "curl", "curl -sS -w ' %{http_code} %{http_version}' -H 'Host: server' http://HOST/plain", @"^echo /plain 200 1\.1$" },
        { "curl", "curl -sS -x http://HOST -w ' %{http_code}' http://server/by-proxy", "^echo /by-proxy 200$" },
        { "curl", "curl -sS --http1.0 -w ' %{http_code}' -H 'Host: server' http://HOST/old", "^echo /old 200$" },
        { "curl", "curl -sS --http2 -w ' %{http_code} %{http_version}' -H 'Host: server' http://HOST/offer", @"^echo /offer 200 1\.1$" },
        { "curl", "curl -sS --http2-prior-knowledge --connect-to server:80:HOST -w ' %{http_code} %{http_version}' http://server/two", "^echo /two 200 2$" },
        { "curl", "curl -sS -w ' %{http_code} %{size_upload}' -H 'Host: server' --data-binary @BODY http://HOST/length", "^echo /length 200 5000000$" },
        { "curl", "curl -sS -w ' %{http_code} %{size_upload}' -H 'Host: server' -H 'Transfer-Encoding: chunked' --data-binary @BODY http://HOST/chunks", @"^echo /chunks 200 5\d{6}$" },
        { "curl", "curl -sS -w ' %{http_code} %{size_upload}' -H 'Host: server' -H 'Expect: 100-continue' --expect100-timeout 20 --data-binary @BODY http://HOST/expect", "^echo /expect 200 5000000$" },
        { "curl", "curl -sS --http2-prior-knowledge --connect-to server:80:HOST -w ' %{http_code} %{size_upload}' --data-binary @BODY http://server/upload", "^echo /upload 200 5000000$" },
        { "curl", "curl -sS -o /dev/null -w '%{http_code}' -X CONNECT --request-target server:80 -H 'Host: server:80' http://HOST/", "^404$" },
        { "nghttp", "nghttp -v -H ':authority: server' http://HOST/frames", @"(?s):status: 200.*echo /frames" },
        { "h2load", "h2load -n 2000 -c 4 -m 20 --connect-to=HOST http://server/load", @"2000 succeeded, 0 failed, 0 errored" },
        { "h2load", "h2load --h1 -n 1000 -c 4 --connect-to=HOST http://server/load", @"1000 succeeded, 0 failed, 0 errored" },
        { "wrk", "wrk -t1 -c8 -d1s -H 'Host: server' http://HOST/wrk", @"(?s)^(?!.*(Non-2xx|Socket errors)).*\d+ requests in" },
        { "node", "GRPC unary", "^0 hello$" },
        { "node", "GRPC collect", "^250$" },
        { "node", "GRPC repeat", "^0 100 true$" },
        { "node", "GRPC chat", "^0 100$" },
        { "node", "GRPC deadline", "^4$" },
        { "node", "GRPC metadata", "^plain text 0001feff the end$" },
        { "node", "GRPC statuses", "^all$" },
        { "node", "GRPC large", "^0 true$" },
        { "node", "GRPC balance", "^2 true$" },
        { "node", "GRPC together", "^500$" },
        { "hey", "hey -n 500 -c 5 -host server http://HOST/hey", @"\[200\]\s+500 responses" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Client_ThroughSidecars_IsServed(string program, string command, string output)
    {
        Assert.SkipUnless(await mesh.HasAsync(program), $"{program} is not installed");
        if (program == "node") await mesh.ServeGrpcAsync();
        var result = await mesh.RunAsync(command.Replace("GRPC", $"node {GrpcJs.Folder}/client.js HOST calls:9090", StringComparison.Ordinal).Replace("HOST", mesh.Host, StringComparison.Ordinal).Replace("BODY", mesh.Body, StringComparison.Ordinal));
        Assert.Matches(output, result.Succeeded().Output.TrimEnd());
    }
}

/// <summary>Two workloads that tests attach themselves, the server's application in this process.</summary>
public sealed class ClientMesh : IAsyncLifetime
{
    private const string Yaml =
        """
        apiVersion: mesh.dev/v1alpha1
        kind: LocalMesh
        metadata: {name: clients}
        spec:
          workloads:
          - {name: client, labels: {app: client}}
          - {name: server, serviceAccount: server, labels: {app: server}, ports: {8080: 0}}
          - {name: calls, replicas: 2, serviceAccount: calls, labels: {app: calls}, ports: {9090: 0}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: calls}
        spec: {selector: {app: calls}, ports: [{name: grpc, port: 9090, targetPort: 9090}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: server}
        spec: {selector: {app: server}, ports: [{name: http, port: 80, targetPort: 8080}]}
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("mesh-").FullName;
    private readonly List<GrpcJs> _grpc = [];
    private readonly SemaphoreSlim _starting = new(1, 1);
    private int[] _grpcPorts = [];
    private BodyServer? _application;

    /// <summary>Where the client's sidecar takes requests by Host.</summary>
    public string Host { get; private set; } = "";

    public string Body => Path.Combine(_directory, "body");

    private string State => Path.Combine(_directory, "s");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(Body, new byte[5_000_000], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_directory, "mesh.yaml"), Yaml, TestContext.Current.CancellationToken);
        var summary = JsonDocument.Parse((await RunAsync($"meshctl up -f mesh.yaml --jit --detach -o json --state-dir {State}")).Succeeded().Output).RootElement;
        _application = await BodyServer.StartAsync(Workload(summary, "default/server-0").GetProperty("ports").GetProperty("8080").GetInt32());
        _grpcPorts = [.. new[] { "default/calls-0", "default/calls-1" }.Select(id => Workload(summary, id).GetProperty("ports").GetProperty("9090").GetInt32())];
        Host = $"{Workload(summary, "default/client-0").GetProperty("address").GetString()}:15001";
        using var client = new HttpClient();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; ; tries++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Host}/ready") { Headers = { Host = "server" } };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            if (response.IsSuccessStatusCode) return;
            Assert.True(tries < 300, $"{response.StatusCode}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Starts the servers of grpc-js, once, and waits until calls reach both.</summary>
    public async Task ServeGrpcAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_grpc.Count > 0) return;
            await GrpcJs.InstallAsync();
            foreach (var port in _grpcPorts) _grpc.Add(await GrpcJs.ServeAsync(port));
            for (var tries = 0; ; tries++)
            {
                var result = await RunAsync($"node {GrpcJs.Folder}/client.js {Host} calls:9090 balance");
                if (result.Output.StartsWith("2 ", StringComparison.Ordinal)) return;
                Assert.True(tries < 60, $"{result.Output}{result.Error}");
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _grpc) server.Dispose();
        _starting.Dispose();
        if (File.Exists(Path.Combine(State, "up.pid"))) await RunAsync($"meshctl down --state-dir {State}");
        if (_application is not null) await _application.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal Task<ShellResult> RunAsync(string script) => Shell.RunAsync(script, _directory, _directory);

    internal async Task<bool> HasAsync(string program) => (await RunAsync($"command -v {program} || true")).Output.Length > 0;

    private static JsonElement Workload(JsonElement summary, string id) =>
        summary.GetProperty("workloads").EnumerateArray().Single(w => w.GetProperty("id").GetString() == id);
}
