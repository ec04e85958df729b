using System.Collections.Concurrent;
using System.Threading.Channels;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Istio.V1.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>A node agent on a unix socket: signs certificates and serves whatever resources a test sets, by delta ADS.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<(string Type, string Name), (IMessage Message, string Version)> _resources = new();
    private readonly ConcurrentDictionary<Channel<bool>, byte> _watchers = new();
    private readonly string _directory;
    private int _version;
    private int _disposed;

    private FakeAgent(TestCa ca, string directory)
    {
        Ca = ca;
        _directory = directory;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        builder.WebHost.ConfigureKestrel(k => k.ListenUnixSocket(SocketPath, o => o.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        _app.MapGrpcService<Ads>();
        _app.MapGrpcService<CertificateAuthority>();
    }

    public TestCa Ca { get; }

    public string SocketPath => Path.Combine(_directory, "agent.sock");

    public string TokenFile => Path.Combine(_directory, "token");

    public TimeSpan CertificateLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>ERROR details by type, as NACKs brought them.</summary>
    public ConcurrentQueue<(string Type, string Message)> Nacks { get; } = new();

    /// <summary>Every name that was asked for, in order; also those asked for again.</summary>
    public ConcurrentQueue<(string Type, string Name)> Subscriptions { get; } = new();

    public ConcurrentQueue<(string Type, string Nonce)> Acks { get; } = new();

    public static async Task<FakeAgent> StartAsync(TestCa ca)
    {
        var directory = Directory.CreateTempSubdirectory("mesh-sc").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "token"), "secret\n");
        var agent = new FakeAgent(ca, directory);
        await agent._app.StartAsync();
        return agent;
    }

    public void Set(string typeUrl, string name, IMessage message)
    {
        _resources[(typeUrl, name)] = (message, Interlocked.Increment(ref _version).ToString(null, null));
        Wake();
    }

    public void Remove(string typeUrl, string name)
    {
        _resources.TryRemove((typeUrl, name), out _);
        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private void Wake()
    {
        foreach (var watcher in _watchers.Keys) watcher.Writer.TryWrite(true);
    }

    private sealed class CertificateAuthority(FakeAgent agent) : IstioCertificateService.IstioCertificateServiceBase
    {
        public override Task<IstioCertificateResponse> CreateCertificate(IstioCertificateRequest request, ServerCallContext context)
        {
            if (context.RequestHeaders.GetValue("authorization") != "Bearer secret") throw new RpcException(new Status(StatusCode.Unauthenticated, "no"));
            // Tests name the workload after its service account.
            var workload = context.RequestHeaders.GetValue("mesh-workload")!.Split('/');
            var response = new IstioCertificateResponse();
            response.CertChain.Add(agent.Ca.Sign(request.Csr, $"spiffe://cluster.local/ns/{workload[0]}/sa/{workload[1]}", agent.CertificateLife));
            return Task.FromResult(response);
        }
    }

    private sealed class Ads(FakeAgent agent) : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
    {
        private static readonly string[] Wildcards = [TypeUrls.Cluster, TypeUrls.Listener];
        private static readonly string[] Order = [TypeUrls.Secret, TypeUrls.Cluster, TypeUrls.ClusterLoadAssignment, TypeUrls.Listener, TypeUrls.RouteConfiguration];

        public override async Task DeltaAggregatedResources(
            IAsyncStreamReader<DeltaDiscoveryRequest> requests, IServerStreamWriter<DeltaDiscoveryResponse> responses, ServerCallContext context)
        {
            var wake = Channel.CreateUnbounded<bool>();
            var wanted = new ConcurrentDictionary<(string Type, string Name), byte>();
            var sent = new ConcurrentDictionary<(string Type, string Name), string>();
            var opened = new ConcurrentDictionary<string, byte>();
            agent._watchers[wake] = 0;
            try
            {
                var reading = Task.Run(async () =>
                {
                    await foreach (var request in requests.ReadAllAsync(context.CancellationToken))
                    {
                        if (request.ErrorDetail is { } error) agent.Nacks.Enqueue((request.TypeUrl, error.Message));
                        else if (request.ResponseNonce.Length > 0) agent.Acks.Enqueue((request.TypeUrl, request.ResponseNonce));
                        var isFirst = opened.TryAdd(request.TypeUrl, 0);
                        foreach (var name in request.ResourceNamesSubscribe)
                        {
                            agent.Subscriptions.Enqueue((request.TypeUrl, name));
                            // Asking again means "I do not have it".
                            if (!isFirst) sent.TryRemove((request.TypeUrl, name), out _);
                            wanted[(request.TypeUrl, name)] = 0;
                        }
                        foreach (var name in request.ResourceNamesUnsubscribe) wanted.TryRemove((request.TypeUrl, name), out _);
                        foreach (var (name, version) in request.InitialResourceVersions) sent[(request.TypeUrl, name)] = version;
                        wake.Writer.TryWrite(true);
                    }
                });
                await foreach (var _ in wake.Reader.ReadAllAsync(context.CancellationToken))
                    foreach (var type in Order)
                    {
                        var response = Difference(type, opened, wanted, sent);
                        if (response is not null) await responses.WriteAsync(response);
                    }
                await reading;
            }
            catch (OperationCanceledException)
            {
            }
            finally
            {
                agent._watchers.TryRemove(wake, out _);
            }
        }

        private DeltaDiscoveryResponse? Difference(string type, ConcurrentDictionary<string, byte> opened,
            ConcurrentDictionary<(string Type, string Name), byte> wanted, ConcurrentDictionary<(string Type, string Name), string> sent)
        {
            if (!opened.ContainsKey(type)) return null;
            var response = new DeltaDiscoveryResponse { TypeUrl = type, Nonce = Guid.NewGuid().ToString() };
            foreach (var (key, (message, version)) in agent._resources)
            {
                if (key.Type != type || (!Wildcards.Contains(type) && !wanted.ContainsKey(key))) continue;
                if (sent.TryGetValue(key, out var had) && had == version) continue;
                sent[key] = version;
                response.Resources.Add(new Resource { Name = key.Name, Version = version, Resource_ = new Any { TypeUrl = type, Value = message.ToByteString() } });
            }
            foreach (var key in sent.Keys)
                if (key.Type == type && !agent._resources.ContainsKey(key) && sent.TryRemove(key, out _)) response.RemovedResources.Add(key.Name);
            return response.Resources.Count + response.RemovedResources.Count > 0 ? response : null;
        }
    }
}
