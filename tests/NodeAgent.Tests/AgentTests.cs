using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Grpc.Core;
using Istio.V1.Auth;
using Mesh.NodeAgent.ControlPlane;
using Mesh.NodeAgent.Model;
using Mesh.Protocol;
using Mesh.Protocol.V1;
using NodeAgent.Tests.Fakes;

namespace NodeAgent.Tests;

/// <summary>A whole agent between a fake replica (TLS on loopback) and fake proxies (its socket).</summary>
public sealed class AgentTests : IAsyncLifetime
{
    private readonly FakeMesh _mesh = new();
    private readonly AgentDirectory _directory = new();
    private FakeReplica _replica = null!;
    private TestAgent _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _mesh.Apply(Shop.Services);
        _mesh.Put(Shop.Ratings("ratings-0", "127.66.2.1"));
        _directory.Register("default", "reviews-v1-0", Shop.Reviews());
        _replica = await FakeReplica.StartAsync(_mesh);
        _agent = await TestAgent.StartAsync(_directory, _mesh, _replica.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _replica.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Configuration_FromTheReplica_ReachesAProxy()
    {
        await using var proxy = new FakeProxy(_agent);
        await Await.ThatAsync(() => proxy.Has(TypeUrls.Cluster, Shop.RatingsCluster) && proxy.Has(TypeUrls.ClusterLoadAssignment, Shop.RatingsCluster));
        await Await.ThatAsync(() => proxy.Has(TypeUrls.Secret, "ROOTCA") && proxy.Has(TypeUrls.Listener, "http_proxy"));
        Assert.Equal(["127.66.2.1"], Addresses(proxy));
    }

    [Fact]
    public async Task EndpointChange_ReachesAProxy_AsOneResource()
    {
        await using var proxy = new FakeProxy(_agent);
        await Await.ThatAsync(() => proxy.Has(TypeUrls.RouteConfiguration, "http_proxy"));
        await Await.ThatAsync(() => ProxyRevision() == _mesh.Revision);
        var before = proxy.Received.Count;
        _mesh.Put(Shop.Ratings("ratings-1", "127.66.2.2"));
        await Await.ThatAsync(() => Addresses(proxy).Length == 2);
        var since = proxy.Received.Skip(before).ToArray();
        Assert.Equal(TypeUrls.ClusterLoadAssignment, Assert.Single(since).TypeUrl);
        Assert.Equal(Shop.RatingsCluster, Assert.Single(since[0].Resources).Name);
    }

    [Fact]
    public async Task ObjectChange_WhenAcknowledged_IsCountedUpstream()
    {
        await using var proxy = new FakeProxy(_agent);
        await Await.ThatAsync(() => ProxyRevision() == _mesh.Revision);
        var revision = _mesh.Apply(Shop.VirtualService("7s"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 1 } s && s.Revision == revision);
        await Await.ThatAsync(() => ProxyRevision() == revision);
        var removal = _mesh.Delete(Shop.VirtualServiceKey);
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 1 } s && s.Revision == removal);
    }

    [Fact]
    public async Task Nack_IsReportedUpstream_UntilTheProxyAccepts()
    {
        await using var proxy = new FakeProxy(_agent);
        await Await.ThatAsync(() => ProxyRevision() == _mesh.Revision);
        proxy.Judge = resource => resource.Resource_.TypeUrl == TypeUrls.RouteConfiguration ? "timeouts are not for me" : null;
        _mesh.Apply(Shop.VirtualService("7s"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 0, Rejections.Count: 1 });
        Assert.Contains("timeouts are not for me", Status(Shop.VirtualServiceKey)!.Rejections[0].Reason);
        Assert.Equal("default/reviews-v1-0", Status(Shop.VirtualServiceKey)!.Rejections[0].Proxy);
        await Await.ThatAsync(() => Proxy()!.Errors.Any(e => e.TypeUrl == TypeUrls.RouteConfiguration));
        proxy.Judge = _ => null;
        var second = _mesh.Apply(Shop.VirtualService("8s"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 1, Rejections.Count: 0 } s && s.Revision == second);
        await Await.ThatAsync(() => Proxy()!.Errors.Count == 0);
    }

    [Fact]
    public async Task RegisteredProxy_ThatHasNotComeYet_IsConcernedAndReportedUntilItsRegistrationGoes()
    {
        await Await.ThatAsync(() => Proxy() is { Connected: false, Role: "sidecar" });
        var revision = _mesh.Apply(Shop.VirtualService("7s"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 0 } s && s.Revision == revision);
        await using (new FakeProxy(_agent))
        {
            await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 1 } && ProxyRevision() == revision);
        }

        // What it held may have gone with its process.
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 0 } && Proxy() is { Connected: false } p && p.Revision == revision);
        File.Delete(Path.Combine(_directory["workloads"], "default.reviews-v1-0.json"));
        await Await.ThatAsync(() => _mesh.Reports.Any(r => r.Proxies?.Removed.Contains("default/reviews-v1-0") == true));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 0, Acknowledged: 0 });
    }

    [Fact]
    public async Task WorkloadWithoutAProxy_IsNeverExpected()
    {
        _directory.Register("default", "other-0", Shop.Reviews("none", "{\"9080\": 1}").Replace("reviews-v1-0", "other-0", StringComparison.Ordinal));
        await Await.ThatAsync(() => Reported("default/other-0") is not null && Proxy() is not null);
        var revision = _mesh.Apply(Shop.VirtualService("7s"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { } s && s.Revision == revision);
        Assert.Equal(1u, Status(Shop.VirtualServiceKey)!.Concerned);
        Assert.DoesNotContain(_mesh.Reports, r => r.Proxies?.Upserted.Any(p => p.Id == "default/other-0") == true);
    }

    [Fact]
    public async Task Nack_WhenTheProxyCanTakeTheResourceLater_IsTakenBack()
    {
        await using var proxy = new FakeProxy(_agent) { Judge = resource => resource.Name == "http_proxy" && IsListener(resource) ? "address taken" : null };
        await Await.ThatAsync(() => Proxy()?.Errors.Any(e => e.Reason.Contains("address taken", StringComparison.Ordinal)) == true);
        proxy.Judge = _ => null;
        await proxy.AskAgainAsync(TypeUrls.Listener, "http_proxy");
        await Await.ThatAsync(() => Proxy()!.Errors.Count == 0);
        Assert.True(proxy.Has(TypeUrls.Listener, "http_proxy"));

        static bool IsListener(Envoy.Service.Discovery.V3.Resource resource) => resource.Resource_.TypeUrl == TypeUrls.Listener;
    }

    [Fact]
    public async Task Reconnect_BringsOnlyTheDifference()
    {
        await Await.ThatAsync(() => _agent.Get<MeshModel>().IsComplete);
        _mesh.Requests.Clear();
        _mesh.Responses.Clear();
        _replica.DropStreams();
        await Await.ThatAsync(() => _mesh.Requests.Any(r => r.InitialResourceVersions.ContainsKey("default/ratings-0")));
        _mesh.Put(Shop.Ratings("ratings-1", "127.66.2.2"));
        await Await.ThatAsync(() => _agent.Get<MeshModel>().Snapshot.Workloads.Count == 2);
        Assert.Equal(["default/ratings-1"], _mesh.Responses.SelectMany(r => r.Resources).Select(r => r.Name));
    }

    [Fact]
    public async Task Streams_OfOneAgent_CarryRisingIncarnations()
    {
        await Await.ThatAsync(() => Hellos().Length == 1 && _replica.Attached == 1);
        _replica.DropStreams();
        await Await.ThatAsync(() => Hellos().Length == 2);
        await _agent.DisposeAsync();
        _agent = await TestAgent.StartAsync(_directory, _mesh, _replica.Port);
        await Await.ThatAsync(() => Hellos().Length == 3);
        Assert.True(Hellos()[0].Incarnation < Hellos()[1].Incarnation && Hellos()[1].Incarnation < Hellos()[2].Incarnation);
    }

    [Fact]
    public async Task Restart_WithoutAnyReplica_ServesANewProxyFromDisk()
    {
        await Await.ThatAsync(() => _agent.Get<ModelCacheWriter>().WrittenAt is not null);
        await _agent.DisposeAsync();
        await _replica.DisposeAsync();
        _directory.Register("default", "newcomer-0", Shop.Reviews().Replace("reviews-v1-0", "newcomer-0", StringComparison.Ordinal));
        _agent = await TestAgent.StartAsync(_directory, _mesh, _replica.Port);
        await using var proxy = new FakeProxy(_agent, "newcomer-0.default");
        await Await.ThatAsync(() => proxy.Has(TypeUrls.Cluster, Shop.RatingsCluster) && proxy.Has(TypeUrls.Secret, "ROOTCA"));
        Assert.Null(_agent.Get<ControlPlaneLink>().Replica);
    }

    [Fact]
    public async Task Restart_WhileARouteWaits_KeepsItsFormerRouting()
    {
        _mesh.Apply(Shop.Subsets("v1"));
        _mesh.Apply(Shop.RouteTo("v1"));
        var proxy = new FakeProxy(_agent);
        await Await.ThatAsync(() => RouteOf(proxy).Contains("|v1|", StringComparison.Ordinal));
        var revision = _mesh.Apply(Shop.RouteTo("v2"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Rejections: [{ Waiting: true }], Acknowledged: 0 } s && s.Revision == revision);
        Assert.Contains("waits for subset v2 of ratings.default.svc.cluster.local", Status(Shop.VirtualServiceKey)!.Rejections[0].Reason, StringComparison.Ordinal);
        Assert.Contains("|v1|", RouteOf(proxy), StringComparison.Ordinal);
        await proxy.DisposeAsync();

        // Stopping writes what is pending; the second time, what the first restart read.
        await _replica.DisposeAsync();
        for (var restart = 0; restart < 2; restart++)
        {
            await _agent.DisposeAsync();
            _agent = await TestAgent.StartAsync(_directory, _mesh, _replica.Port);
            await using var again = new FakeProxy(_agent);
            await Await.ThatAsync(() => again.Has(TypeUrls.RouteConfiguration, "http_proxy"));
            Assert.Contains("|v1|", RouteOf(again), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WaitingRoute_WhenItsSubsetComesAndGoes_IsCountedWithoutAChangeOfItsOwn()
    {
        await using var proxy = new FakeProxy(_agent);
        var revision = _mesh.Apply(Shop.RouteTo("v2"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 0, Rejections: [{ Waiting: true }] });
        var since = Status(Shop.VirtualServiceKey)!.Since;
        Assert.NotEqual(0ul, since);
        _mesh.Apply(Shop.Subsets("v2"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 1, Rejections.Count: 0 } s && s.Revision == revision && s.Since > since);
        _mesh.Apply(Shop.Subsets("v1"));
        await Await.ThatAsync(() => Status(Shop.VirtualServiceKey) is { Concerned: 1, Acknowledged: 0, Rejections: [{ Waiting: true }] } s && s.Revision == revision);
        await Await.ThatAsync(() => Proxy()!.Errors is [{ Waiting: true }]);
    }

    [Fact]
    public async Task Restart_WithACorruptCache_IgnoresItAndAsksTheReplica()
    {
        await Await.ThatAsync(() => _agent.Get<ModelCacheWriter>().WrittenAt is not null);
        await _agent.DisposeAsync();
        var path = Path.Combine(_directory["state"], "model");
        var content = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        _mesh.Requests.Clear();
        _agent = await TestAgent.StartAsync(_directory, _mesh, _replica.Port);
        await Await.ThatAsync(() => _agent.Get<MeshModel>().IsComplete);
        Assert.All(_mesh.Requests.Take(3), request => Assert.Empty(request.InitialResourceVersions));
    }

    [Fact]
    public async Task AgentCertificate_AtHalfItsLife_IsRenewedWhileTheStreamsStand()
    {
        await StopAttachedAsync();
        var clock = new AgentClock();
        _mesh.EnrolledBy.Clear();
        _mesh.Reports.Clear();
        _agent = await TestAgent.StartAsync(_directory, _mesh, clock, _replica.Port);
        await Await.ThatAsync(() => _agent.Get<ControlPlaneLink>().Replica is not null);
        Assert.Single(_mesh.EnrolledBy);
        // Certificates of the fake replica live from 5 minutes ago for 12 hours: half of that, less the jitter of a tenth of its life, is after more than 4 hours.
        clock.Ahead = TimeSpan.FromHours(4);
        clock.Tick();
        clock.Ahead = TimeSpan.FromHours(6.5);
        await Await.ThatAsync(() =>
        {
            clock.Tick();
            return _mesh.EnrolledBy.Count >= 2;
        });
        Assert.Single(Hellos());
        Assert.NotNull(_agent.Get<ControlPlaneLink>().Replica);
    }

    [Fact]
    public async Task AgentCertificate_BeforeHalfItsLife_IsKept()
    {
        await StopAttachedAsync();
        var clock = new AgentClock { Ahead = TimeSpan.FromHours(4) };
        _mesh.EnrolledBy.Clear();
        _agent = await TestAgent.StartAsync(_directory, _mesh, clock, _replica.Port);
        await Await.ThatAsync(() => _agent.Get<ControlPlaneLink>().Replica is not null);
        for (var i = 0; i < 5; i++) clock.Tick();
        // Anything that takes its time as a renewal would.
        var revision = _mesh.Apply(Shop.VirtualService("3s"));
        await Await.ThatAsync(() => _agent.Get<MeshModel>().Snapshot.Revision.Value == revision);
        Assert.Single(_mesh.EnrolledBy);
    }

    [Fact]
    public async Task GoElsewhere_MovesTheAgentToAnotherReplica()
    {
        await using var second = await FakeReplica.StartAsync(_mesh);
        await _agent.DisposeAsync();
        _replica.GoElsewhere = true;
        _agent = await TestAgent.StartAsync(_directory, _mesh, _replica.Port, second.Port);
        await Await.ThatAsync(() => _agent.Get<ControlPlaneLink>().Replica == $"127.0.0.1:{second.Port}");
        _mesh.Apply(Shop.VirtualService("3s"));
        await Await.ThatAsync(() => _agent.Get<MeshModel>().Snapshot.Revision.Value == _mesh.Revision);
    }

    [Fact]
    public async Task FrozenReplica_IsNoticedByPings_AndLeftForAnother()
    {
        await _agent.DisposeAsync();
        using var left = new FreezableRelay(_replica.Port);
        using var right = new FreezableRelay(_replica.Port);
        _agent = await TestAgent.StartAsync(_directory, _mesh, left.Port, right.Port);
        await Await.ThatAsync(() => _agent.Get<ControlPlaneLink>().Replica is not null);
        var (frozen, other) = _agent.Get<ControlPlaneLink>().Replica!.EndsWith($":{left.Port}", StringComparison.Ordinal) ? (left, right) : (right, left);
        frozen.Freeze();
        await Await.ThatAsync(() => _agent.Get<ControlPlaneLink>().Replica == $"127.0.0.1:{other.Port}");
        var revision = _mesh.Apply(Shop.VirtualService("3s"));
        await Await.ThatAsync(() => _agent.Get<MeshModel>().Snapshot.Revision.Value == revision);
    }

    [Fact]
    public async Task Registrations_AreReportedUpstream_AndAnInvalidFileKeepsTheLastGoodOne()
    {
        await Await.ThatAsync(() => Reported("default/reviews-v1-0") is { Address: "127.66.1.1", RegisteredAt: > 0 });
        _directory.Register("default", "reviews-v1-0", """{"namespace": "default", "name": """);
        _directory.Register("default", "other-0", Shop.Reviews("none", "{\"9080\": 1}").Replace("reviews-v1-0", "other-0", StringComparison.Ordinal));
        await Await.ThatAsync(() => Reported("default/other-0") is { Address: "127.0.0.1", Health: Workload.Types.HealthState.Unhealthy });
        Assert.Equal("127.66.1.1", Reported("default/reviews-v1-0")!.Address);
        File.Delete(Path.Combine(_directory["workloads"], "default.other-0.json"));
        await Await.ThatAsync(() => _mesh.Reports.Any(r => r.Workloads?.Removed.Contains("default/other-0") == true));
    }

    [Fact]
    public async Task Certificate_WithTheRegisteredToken_IsRelayedUnderTheRegisteredNames()
    {
        var response = await SignAsync(Shop.Token);
        Assert.Equal(2, response.CertChain.Count);
        Assert.Equal(["default/reviews-v1-0 reviews"], _mesh.RelayedFor);
    }

    [Theory]
    [InlineData("wrong", "default/reviews-v1-0")]
    [InlineData("", "default/reviews-v1-0")]
    [InlineData(Shop.Token, "default/nobody-0")]
    [InlineData(Shop.Token, "../etc")]
    public async Task Certificate_WithoutTheRegisteredToken_IsRefusedAndNotRelayed(string token, string workload)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => SignAsync(token, workload));
        Assert.Equal((StatusCode.Unauthenticated, "not authenticated"), (refused.StatusCode, refused.Status.Detail));
        Assert.Empty(_mesh.RelayedFor);
    }

    [Fact]
    public async Task UnregisteredProxy_IsRefused()
    {
        using var channel = _agent.OpenSocket();
        using var call = new Envoy.Service.Discovery.V3.AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel).DeltaAggregatedResources(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(new() { TypeUrl = TypeUrls.Cluster, Node = new() { Id = "sidecar~1.2.3.4~nobody.default~x" } }, TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
    }

    [Fact]
    public async Task StateOfTheWorld_NamesWhatAStockClientAsksFor()
    {
        using var channel = _agent.OpenSocket();
        using var call = new Envoy.Service.Discovery.V3.AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(channel).StreamAggregatedResources(cancellationToken: TestContext.Current.CancellationToken);
        await call.RequestStream.WriteAsync(
            new() { TypeUrl = TypeUrls.Listener, Node = new() { Id = "sidecar~127.0.0.1~reviews-v1-0.default~x", UserAgentName = "envoy" } }, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Contains(call.ResponseStream.Current.Resources, any => any.Unpack<Listener>().Name == "http_proxy");
    }

    [Fact]
    public async Task Health_FollowsTheModel_AndMetricsCount()
    {
        using var http = new HttpClient { BaseAddress = _agent.Health };
        await Await.ThatAsync(() => _agent.Get<MeshModel>().IsComplete);
        Assert.Equal("ready\n", await http.GetStringAsync("/healthz/ready", TestContext.Current.CancellationToken));
        await using var proxy = new FakeProxy(_agent);
        await Await.ThatAsync(() => ProxyRevision() == _mesh.Revision);
        Assert.Contains("\nmesh_agent_proxies 1\n", await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
        Assert.Contains("default/reviews-v1-0", await http.GetStringAsync("/debug/proxies", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Socket_IsForItsOwnerAlone() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(_directory["agent.sock"]));

    // Not before it is attached: an enrolment that is under way would be counted after the queues are emptied.
    private async Task StopAttachedAsync()
    {
        await Await.ThatAsync(() => _agent.Get<ControlPlaneLink>().Replica is not null);
        await _agent.DisposeAsync();
    }

    private async Task<IstioCertificateResponse> SignAsync(string token, string workload = "default/reviews-v1-0")
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var csr = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=x", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var channel = _agent.OpenSocket();
        return await new IstioCertificateService.IstioCertificateServiceClient(channel).CreateCertificateAsync(
            new IstioCertificateRequest { Csr = csr.CreateSigningRequestPem() },
            new Metadata { { "authorization", $"Bearer {token}" }, { "mesh-workload", workload } }, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static string[] Addresses(FakeProxy proxy) => proxy.Held[TypeUrls.ClusterLoadAssignment].TryGetValue(Shop.RatingsCluster, out var resource)
        ? [.. resource.Resource_.Unpack<ClusterLoadAssignment>().Endpoints.SelectMany(e => e.LbEndpoints).Select(e => e.Endpoint.Address.SocketAddress.Address)]
        : [];

    private static string RouteOf(FakeProxy proxy) => proxy.Held[TypeUrls.RouteConfiguration].TryGetValue("http_proxy", out var resource)
        ? string.Join(' ', resource.Resource_.Unpack<RouteConfiguration>().VirtualHosts.SelectMany(h => h.Routes).Select(r => r.Route_?.Cluster))
        : "";

    private AgentHello[] Hellos() => [.. _mesh.Reports.Select(r => r.Hello).OfType<AgentHello>()];

    private ObjectStatus? Status(string key) => _mesh.Reports.SelectMany(r => r.Objects?.Objects ?? []).LastOrDefault(s => s.Key == key);

    private Workload? Reported(string id) => _mesh.Reports.SelectMany(r => r.Workloads?.Upserted ?? []).LastOrDefault(w => $"{w.Namespace}/{w.Name}" == id);

    private ProxyStatus? Proxy() => _mesh.Reports.SelectMany(r => r.Proxies?.Upserted ?? []).LastOrDefault(p => p.Id == "default/reviews-v1-0");

    private ulong ProxyRevision() => Proxy() is { Connected: true } proxy ? proxy.Revision : 0;
}
