using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Mesh.Cluster.Certificates;
using Mesh.MultiNode.Tests.Replicas;
using Mesh.Protocol;

namespace Mesh.MultiNode.Tests.Agents;

/// <summary>A replica as agents see it, over real TLS and gRPC.</summary>
public sealed class AgentSessionTests
{
    private const string Key = "VirtualService.networking.istio.io/default/reviews";

    [Fact]
    public async Task CreateCertificate_ByTokenThenForWorkload_NamesComeFromTheCaller()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        using var agent = await TestAgent.JoinAsync(mesh.Replicas[0], "node-1");
        Assert.True(PeerVerifier.TryReadId(agent.Chain[0], out var id));
        Assert.Equal("spiffe://cluster.local/agent/node-1", id.ToString());
        Assert.Equal(3, agent.Chain.Count);

        using var call = agent.Report();
        var reports = new AgentReports(call);
        await reports.HelloAsync("node-1", 1);
        await reports.WorkloadsAsync(AgentReports.Workload("reviews-0", "node-1"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var chain = await agent.SignAsync(TestAgent.Csr(key), Relay("default/reviews-0", "reviews"));
        Assert.True(PeerVerifier.TryReadId(chain[0], out id));
        Assert.Equal("spiffe://cluster.local/ns/default/sa/reviews", id.ToString());
        var verifier = new PeerVerifier("cluster.local", mesh.Root, TimeProvider.System);
        Assert.True(verifier.TryVerify(chain[0], [chain[1]], out _));

        await RefusedAsync(StatusCode.PermissionDenied, agent.SignAsync(TestAgent.Csr(key), Relay("default/reviews-0", "other")));
        await RefusedAsync(StatusCode.PermissionDenied, agent.SignAsync(TestAgent.Csr(key), Relay("prod/reviews-0", "reviews")));
        await RefusedAsync(StatusCode.InvalidArgument, agent.SignAsync("nonsense", Relay("default/reviews-0", "reviews")));
        using var anonymous = TestAgent.Anonymous(mesh.Replicas[0]);
        await RefusedAsync(StatusCode.Unauthenticated, anonymous.SignAsync(TestAgent.Csr(key), new Metadata
        {
            { "authorization", "Bearer local.wrong" }, { "mesh-node", "node-1" },
        }));
    }

    [Fact]
    public async Task Report_OfAnObjectThatWaits_IsItsStatusOnEveryReplica()
    {
        await using var mesh = await TestMesh.StartAsync(2);
        await mesh.Replicas[0].ApplyAsync("reviews", 1);
        using var agent = await TestAgent.JoinAsync(mesh.Replicas[0], "node-1");
        using var call = agent.Report();
        var reports = new AgentReports(call);
        await reports.HelloAsync("node-1", 1);
        await reports.WorkloadsAsync(AgentReports.Workload("reviews-0", "node-1"));
        await reports.ProxyAsync("default/reviews-0", 1);
        await reports.ObjectAsync(1, Key, 2, 1, new Protocol.V1.Rejection { Proxy = "default/reviews-0", Reason = "waits for subset v2 of reviews", Waiting = true });
        foreach (var replica in mesh.Replicas)
            await Until.TrueAsync(async () => await WaitingAsync(replica) == "1 True 1970-01-01T00:00:01Z waits for subset v2 of reviews (on 1 proxies)", $"{replica} shows it");
        var wait = await mesh.Replicas[1].Api.GetStringAsync($"/mesh/v1/wait?revision=1&object={Uri.EscapeDataString(Key)}&timeout=10s", Cancel);
        Assert.Contains("\"acknowledged\":1,\"rejections\":[],\"waiting\":[{\"proxy\":\"default/reviews-0\"", wait, StringComparison.Ordinal);

        await reports.ObjectAsync(1, Key, 2, 2);
        foreach (var replica in mesh.Replicas)
            await Until.TrueAsync(async () => (await WaitingAsync(replica)).StartsWith("1 False ", StringComparison.Ordinal), $"{replica} shows its end");
    }

    private static async Task<string> WaitingAsync(TestReplica replica)
    {
        using var json = JsonDocument.Parse(await replica.Api.GetStringAsync("/apis/networking.istio.io/v1/namespaces/default/virtualservices/reviews", Cancel));
        var status = json.RootElement.GetProperty("status");
        var waiting = status.GetProperty("conditions").EnumerateArray().Single(c => c.GetProperty("type").GetString() == "Waiting");
        return $"{waiting.GetProperty("observedGeneration")} {waiting.GetProperty("status")} {waiting.GetProperty("lastTransitionTime")} {waiting.GetProperty("message")}";
    }

    [Fact]
    public async Task Follow_AppliesAndReconnects_SendsOnlyDifferencesWithTheRevision()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        var replica = mesh.Replicas[0];
        using var agent = await TestAgent.JoinAsync(replica, "node-1");
        using var call = agent.Follow();
        await call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = TypeUrls.ConfigObject }, Cancel);
        var first = await NextAsync(call);
        Assert.Equal(("0", 0), (first.SystemVersionInfo, first.Resources.Count));
        await AckAsync(call, first);
        await replica.ApplyAsync("reviews", 1);
        var pushed = await NextAsync(call);
        Assert.Equal("1", pushed.SystemVersionInfo);
        Assert.Equal((Key, "1"), (Assert.Single(pushed.Resources).Name, pushed.Resources[0].Version));

        using var again = agent.Follow();
        await again.RequestStream.WriteAsync(new DeltaDiscoveryRequest
        {
            TypeUrl = TypeUrls.ConfigObject, InitialResourceVersions = { { Key, "1" }, { "Service/default/gone", "1" } },
        }, Cancel);
        var difference = await NextAsync(again);
        Assert.Empty(difference.Resources);
        Assert.Equal("Service/default/gone", Assert.Single(difference.RemovedResources));
        Assert.Equal("1", difference.SystemVersionInfo);
    }

    [Fact]
    public async Task Follow_WithoutCertificate_IsUnauthenticated()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        using var anonymous = TestAgent.Anonymous(mesh.Replicas[0]);
        using var call = anonymous.Follow();
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancel));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task Wait_AgentAcknowledges_CompletesWithTheCounts()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        var replica = mesh.Replicas[0];
        using var agent = await TestAgent.JoinAsync(replica, "node-1");
        using var call = agent.Report();
        var reports = new AgentReports(call);
        await reports.HelloAsync("node-1", 1);
        await reports.WorkloadsAsync(AgentReports.Workload("reviews-0", "node-1"));
        await reports.ProxyAsync("default/reviews-0", 0);
        var revision = await replica.ApplyAsync("reviews", 1);

        var uri = $"/mesh/v1/wait?revision={revision}&object={Key}&timeout=";
        using var early = await replica.Api.GetAsync(uri + "200ms", Cancel);
        Assert.Equal(HttpStatusCode.RequestTimeout, early.StatusCode);
        Assert.Contains("default/reviews-0", await early.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        var waiting = replica.Api.GetStringAsync(uri + "20s", Cancel);
        await reports.ObjectAsync(revision, Key, 1, 0);
        await reports.ObjectAsync(revision, Key, 1, 1);
        using var result = JsonDocument.Parse(await waiting);
        Assert.True(result.RootElement.GetProperty("complete").GetBoolean());
        Assert.Equal(1, result.RootElement.GetProperty("acknowledged").GetInt32());

        // More objects than a request line holds go in a body.
        using var posted = await replica.Api.PostAsJsonAsync($"/mesh/v1/wait?revision={revision}&timeout=20s", new { objects = new[] { Key } }, Cancel);
        Assert.Equal(result.RootElement.GetRawText(), await posted.Content.ReadAsStringAsync(Cancel));
        using var nameless = await replica.Api.PostAsJsonAsync($"/mesh/v1/wait?revision={revision}", new { }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, nameless.StatusCode);
    }

    [Fact]
    public async Task Report_WorkloadsOfAnotherNodeOrIdentity_AreLeftOut()
    {
        await using var mesh = await TestMesh.StartAsync(1);
        using var agent = await TestAgent.JoinAsync(mesh.Replicas[0], "node-1");
        using var call = agent.Report();
        var reports = new AgentReports(call);
        await reports.HelloAsync("node-1", 1);
        var foreign = AgentReports.Workload("prod-0", "node-1");
        foreign.Namespace = "prod";
        await reports.WorkloadsAsync(AgentReports.Workload("reviews-1", "node-2"), foreign, AgentReports.Workload("reviews-0", "node-1"));
        await Until.TrueAsync(() => mesh.Replicas[0].Model.Workloads.Count > 0, "the model has what the agent may report");
        Assert.Equal("default/reviews-0", Assert.Single(mesh.Replicas[0].Model.Workloads).Key);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Metadata Relay(string workload, string account) =>
        new() { { "mesh-workload", workload }, { "mesh-service-account", account } };

    private static async Task RefusedAsync(StatusCode expected, Task call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(expected, refused.StatusCode);
    }

    private static async Task<DeltaDiscoveryResponse> NextAsync(AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        return call.ResponseStream.Current;
    }

    private static Task AckAsync(AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call, DeltaDiscoveryResponse response) =>
        call.RequestStream.WriteAsync(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce }, Cancel);
}
