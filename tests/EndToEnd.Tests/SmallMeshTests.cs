using System.Net;
using System.Text.Json;
using Mesh.Cli.Local.Supervision;

namespace Mesh.EndToEnd.Tests;

/// <summary>The life of a small mesh: two workloads that the test attaches itself, one replica.</summary>
[Collection("Real processes")] // one mesh at a time is what a small machine can do
public sealed class SmallMeshTests : IAsyncLifetime
{
    private const string MeshYaml =
        """
        apiVersion: mesh.dev/v1alpha1
        kind: LocalMesh
        metadata: {name: small}
        spec:
          workloads:
          - {name: client, labels: {app: client}}
          - {name: server, serviceAccount: server, labels: {app: server}, ports: {8080: 0}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: server}
        spec: {selector: {app: server}, ports: [{name: http, port: 80, targetPort: 8080}]}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default}
        spec: {mtls: {mode: STRICT}}
        """;

    private const string Change =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: server}
        spec:
          hosts: [server]
          http:
          - match: [{uri: {exact: /gone}}]
            rewrite: {uri: /found}
            route: [{destination: {host: server}}]
          - route: [{destination: {host: server}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: bad}
        spec:
          hosts: [server]
          http:
          - route: [{destination: {host: server}, wieght: 3}]
        """;

    private const string Broken =
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: other}
        spec:
          hosts: [other.test]
          http: [{route: [{destination: {host: nobody}}], mirror: {host: server}}]
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("mesh-").FullName;

    private string State => Path.Combine(_directory, "s");

    public ValueTask InitializeAsync()
    {
        File.WriteAllText(Path.Combine(_directory, "mesh.yaml"), MeshYaml);
        File.WriteAllText(Path.Combine(_directory, "change.yaml"), Change);
        File.WriteAllText(Path.Combine(_directory, "canary.yaml"), Change.Split("\n---\n")[0]);
        File.WriteAllText(Path.Combine(_directory, "broken.yaml"), Broken);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "mesh")).FullName, "objects.yaml"), MeshYaml[(MeshYaml.IndexOf("---", StringComparison.Ordinal) + 4)..]);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(State, "up.pid"))) await RunAsync($"meshctl down --state-dir {State}");
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Mesh_FromUpToDown_CarriesCallsTakesChangesAndLeavesNothing()
    {
        // Up, with an application of ours behind the server's sidecar.
        var summary = JsonDocument.Parse((await RunAsync($"meshctl up -f mesh.yaml --jit --detach -o json --state-dir {State}")).Succeeded().Output).RootElement;
        var (client, server) = (Workload(summary, "default/client-0"), Workload(summary, "default/server-0"));
        await using var application = new EchoServer(server.GetProperty("ports").GetProperty("8080").GetInt32());
        using var caller = new HttpClient(new SocketsHttpHandler { Proxy = new WebProxy($"http://{client.GetProperty("address").GetString()}:15001") });
        Assert.Equal("echo /hello", await UntilAnsweredAsync(caller, "http://server/hello"));
        Assert.Equal("echo /hello", await caller.GetStringAsync("http://server.default.svc.cluster.local/hello", TestContext.Current.CancellationToken));

        // A second one on the same state is refused.
        var second = await RunAsync($"meshctl up -f mesh.yaml --state-dir {State}");
        Assert.Equal(1, second.Code);
        Assert.Contains("a mesh is already running in", second.Error, StringComparison.Ordinal);

        // A change, one of whose documents is bad: that one is refused with its place, the other is in force when the command returns.
        var applied = await RunAsync($"meshctl apply -f change.yaml --wait --state-dir {State}");
        Assert.Equal(1, applied.Code);
        Assert.Matches("^virtualservice/server created\n([1-9])/\\1 proxies\n$", applied.Output);
        Assert.Equal("change.yaml:2  VirtualService default/bad  spec.http[0].route[0].wieght: unknown field. Did you mean \"weight\"?\n", applied.Error);
        Assert.Equal("echo /found", await caller.GetStringAsync("http://server/gone", TestContext.Current.CancellationToken));

        // What the mesh has is analysed, alone and with files; the commands are the reference's own.
        (await RunAsync($"export MESH_STATE_DIR={State}\n{await AnalysisCommandsAsync()}")).Succeeded();
        var broken = await RunAsync($"meshctl analyze -f broken.yaml --state-dir {State}");
        Assert.Equal(79, broken.Code);
        Assert.Contains("[IST0101] (VirtualService default/other broken.yaml:6)", broken.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"server\"", broken.Output, StringComparison.Ordinal); // the mesh has it

        // kill -9 of the supervisor takes everything with it; the same command resumes the same mesh.
        var root = await File.ReadAllTextAsync(Path.Combine(State, "root.pem"), TestContext.Current.CancellationToken);
        Assert.Equal(0, Posix.Kill(int.Parse(await File.ReadAllTextAsync(Path.Combine(State, "up.pid"), TestContext.Current.CancellationToken)), Posix.SigKill));
        await NothingRunsAsync();
        await RunAsync($"meshctl up -f mesh.yaml --jit --detach --state-dir {State}");
        Assert.Equal(root, await File.ReadAllTextAsync(Path.Combine(State, "root.pem"), TestContext.Current.CancellationToken));
        Assert.Equal("virtualservice/server\n", (await RunAsync($"meshctl get vs -o name --state-dir {State}")).Succeeded().Output);

        // Down, and nothing is left.
        (await RunAsync($"meshctl down --state-dir {State}")).Succeeded();
        await NothingRunsAsync();
    }

    private static async Task<string> AnalysisCommandsAsync()
    {
        var reference = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "reference", "analysis.md"), TestContext.Current.CancellationToken);
        var start = reference.IndexOf("```sh\n", StringComparison.Ordinal) + "```sh\n".Length;
        return reference[start..reference.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static JsonElement Workload(JsonElement summary, string id) =>
        summary.GetProperty("workloads").EnumerateArray().Single(w => w.GetProperty("id").GetString() == id);

    private Task<ShellResult> RunAsync(string script) => Shell.RunAsync(script, _directory, _directory);

    /// <summary>The server gets calls once the agent has seen that its application listens.</summary>
    private static async Task<string> UntilAnsweredAsync(HttpClient caller, string url)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; ; tries++)
        {
            using var response = await caller.GetAsync(url, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (response.IsSuccessStatusCode) return text;
            Assert.True(tries < 300, $"{(int)response.StatusCode} {text}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task NothingRunsAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        IReadOnlyList<string> left;
        for (var tries = 0; (left = Shell.ProcessesOf(State)).Count > 0; tries++)
        {
            Assert.True(tries < 100, string.Join('\n', left));
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
