using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using NodeAgent.Tests.Fakes;

namespace NodeAgent.Tests.Proxyless;

/// <summary>
/// xDS as a client understands it that nobody here wrote: @grpc/grpc-js-xds resolves a Service through the agent's socket, calls
/// its workloads, and follows them when they move.
/// </summary>
public sealed class ProxylessGrpcTests
{
    private const string Service = """
        apiVersion: v1
        kind: Service
        metadata: {name: echo, namespace: default}
        spec:
          selector: {app: echo}
          ports: [{name: grpc, port: 7070, targetPort: 7070}]
        """;

    private const string Client = """
        {"namespace": "default", "name": "client-0", "role": "none", "appAddress": "127.0.0.1"}
        """;

    [Fact]
    public async Task GrpcJs_ResolvesAService_CallsIt_AndFollowsItsEndpoints()
    {
        Assert.SkipUnless(NodeClient.IsPossible, "node and npm are not installed: gRPC's own xDS client cannot be run");
        var mesh = new FakeMesh();
        using var directory = new AgentDirectory();
        await using var first = await EchoServer.StartAsync("first");
        await using var second = await EchoServer.StartAsync("second");
        mesh.Apply(Service);
        mesh.Put(Echo("echo-0", first.Port, WorkloadHealth.Healthy));
        directory.Register("default", "client-0", Client);
        await using var replica = await FakeReplica.StartAsync(mesh);
        await using var agent = await TestAgent.StartAsync(directory, mesh, replica.Port);
        using var client = await NodeClient.StartAsync(directory["bootstrap.json"], directory["agent.sock"], "xds:///echo.default.svc.cluster.local:7070");

        // 1. it resolves and calls
        var answer = await client.CallAsync("hello");
        Assert.True(answer == "ok first hello", $"{answer}\n{client.Log}");

        // 2. a second endpoint takes its share, and none fails
        mesh.Put(Echo("echo-1", second.Port, WorkloadHealth.Healthy));
        await UntilAsync(client, "ok second more");

        // 3. the first one leaves: every call goes to the second, and none fails
        mesh.Put(Echo("echo-0", first.Port, WorkloadHealth.Draining));
        await UntilAsync(client, "ok second more", inRow: 20);
    }

    private static async Task UntilAsync(NodeClient client, string expected, int inRow = 1)
    {
        var seen = 0;
        for (var call = 0; call < 2000 && seen < inRow; call++)
        {
            var answer = await client.CallAsync("more");
            Assert.StartsWith("ok ", answer, StringComparison.Ordinal);
            seen = answer == expected ? seen + 1 : 0;
        }

        Assert.Equal(inRow, seen);
    }

    private static Workload Echo(string name, int port, WorkloadHealth health) => Shop.Ratings(name, "127.0.0.1") with
    {
        Id = new WorkloadId("default", name),
        WorkloadName = "echo",
        ServiceAccount = "echo",
        Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("app", "echo"),
        Ports = System.Collections.Immutable.ImmutableSortedDictionary<int, int>.Empty.Add(7070, port),
        HasSidecar = false,
        Health = health,
    };
}
