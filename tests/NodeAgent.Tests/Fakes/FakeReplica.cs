using System.Collections.Concurrent;
using System.Net;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Istio.V1.Auth;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.Protocol;
using Mesh.Protocol.Delta;
using Mesh.Protocol.Model;
using Mesh.Protocol.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace NodeAgent.Tests.Fakes;

/// <summary>The state that fake replicas share, as real ones do, and what agents told them.</summary>
internal sealed class FakeMesh
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<string, DeltaResource>> _resources = new()
    {
        [TypeUrls.TrustBundle] = [], [TypeUrls.ConfigObject] = [], [TypeUrls.Workload] = [],
    };

    public const string JoinToken = "local.secret";

    public TestAuthority Authority { get; } = new();

    public ulong Revision { get; private set; } = 1;

    public event Action? Changed;

    public ConcurrentQueue<DeltaDiscoveryRequest> Requests { get; } = new();
    public ConcurrentQueue<DeltaDiscoveryResponse> Responses { get; } = new();
    public ConcurrentQueue<AgentReport> Reports { get; } = new();
    public ConcurrentQueue<string> RelayedFor { get; } = new();

    /// <summary>Each certificate signed for an agent itself, by the token it showed.</summary>
    public ConcurrentQueue<string> EnrolledBy { get; } = new();

    public FakeMesh() => Put(TypeUrls.TrustBundle, new Mesh.Core.Snapshots.TrustBundle("cluster.local", [Authority.RootPem]).ToResource());

    /// <summary>Applies YAML documents in one revision.</summary>
    public ulong Apply(string yaml) => Replace([], yaml);

    /// <summary>
    /// Takes objects away and applies YAML documents, in one revision; all of it or nothing. As with a real replica an object is as old as its first
    /// appearance, and of several documents the earlier is the older.
    /// </summary>
    public ulong Replace(IEnumerable<string> gone, string yaml)
    {
        var documents = ObjectReader.Read(yaml, "test.yaml").ToArray();
        foreach (var document in documents) Assert.True(document.Object is not null, string.Join("; ", document.Diagnostics));
        lock (_lock)
        {
            Revision++;
            foreach (var key in gone) Assert.True(_resources[TypeUrls.ConfigObject].Remove(key));
            for (var i = 0; i < documents.Length; i++)
            {
                var value = documents[i].Object!;
                var metadata = value.Metadata with
                {
                    ResourceVersion = new Revision(Revision), Generation = 1, CreationTimestamp = DateTimeOffset.UnixEpoch.AddSeconds(Revision).AddMilliseconds(i),
                };
                _resources[TypeUrls.ConfigObject][value.Key.ToString()] = (value with { Metadata = metadata }).ToResource();
            }
        }

        Changed?.Invoke();
        return Revision;
    }

    public ulong Delete(string key)
    {
        lock (_lock)
        {
            Revision++;
            Assert.True(_resources[TypeUrls.ConfigObject].Remove(key));
        }

        Changed?.Invoke();
        return Revision;
    }

    public void Put(Mesh.Core.Snapshots.Workload workload) => Put(TypeUrls.Workload, workload.ToResource());

    public void Put(string type, DeltaResource resource)
    {
        lock (_lock) _resources[type][resource.Name] = resource;
        Changed?.Invoke();
    }

    public void Fill(DeltaServerSession session)
    {
        lock (_lock)
            foreach (var (type, resources) in _resources)
                session.Update(type, new DeltaResources(new Dictionary<string, DeltaResource>(resources)), null, type == TypeUrls.ConfigObject ? $"{Revision}" : "0");
    }
}

/// <summary>A replica's agent port on loopback: TLS, the model by delta discovery, reports, signing.</summary>
internal sealed class FakeReplica : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeMesh _mesh;
    private CancellationTokenSource _streams = new();

    private FakeReplica(FakeMesh mesh)
    {
        _mesh = mesh;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(mesh).AddSingleton(this);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = mesh.Authority.Replica();
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == mesh.Authority.Root.Subject;
            });
        }));
        _app = builder.Build();
        _app.MapGrpcService<Discovery>();
        _app.MapGrpcService<Agents>();
        _app.MapGrpcService<Signing>();
    }

    public int Port { get; private set; }

    public int Attached => _attached;

    private int _attached;

    /// <summary>Told to agents when the replica wants them gone.</summary>
    public bool GoElsewhere { get; set; }

    public static async Task<FakeReplica> StartAsync(FakeMesh mesh)
    {
        var replica = new FakeReplica(mesh);
        await replica._app.StartAsync();
        replica.Port = new Uri(replica._app.Urls.Single()).Port;
        return replica;
    }

    /// <summary>Breaks every stream; the port stays open.</summary>
    public void DropStreams() => Interlocked.Exchange(ref _streams, new CancellationTokenSource()).Cancel();

    public async ValueTask DisposeAsync()
    {
        DropStreams();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static void RequireCertificate(ServerCallContext context)
    {
        if (context.GetHttpContext().Connection.ClientCertificate is null) throw new RpcException(new Status(StatusCode.Unauthenticated, "no certificate"));
    }

    private sealed class Discovery(FakeMesh mesh, FakeReplica replica) : AggregatedDiscoveryService.AggregatedDiscoveryServiceBase
    {
        public override async Task DeltaAggregatedResources(
            IAsyncStreamReader<DeltaDiscoveryRequest> requestStream, IServerStreamWriter<DeltaDiscoveryResponse> responseStream, ServerCallContext context)
        {
            RequireCertificate(context);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, replica._streams.Token);
            var session = new DeltaServerSession(DeltaOrder.Model);
            mesh.Fill(session);
            using var turn = new SemaphoreSlim(1);
            void OnChanged() => _ = PushAsync(() => mesh.Fill(session));
            mesh.Changed += OnChanged;
            Interlocked.Increment(ref replica._attached);
            try
            {
                await foreach (var request in requestStream.ReadAllAsync(ending.Token))
                {
                    mesh.Requests.Enqueue(request);
                    await PushAsync(() => session.OnRequest(request));
                }
            }
            finally
            {
                mesh.Changed -= OnChanged;
                Interlocked.Decrement(ref replica._attached);
            }

            async Task PushAsync(Action update)
            {
                await turn.WaitAsync();
                try
                {
                    update();
                    foreach (var response in session.TakeResponses())
                    {
                        mesh.Responses.Enqueue(response);
                        await responseStream.WriteAsync(response);
                    }
                }
                finally
                {
                    turn.Release();
                }
            }
        }
    }

    private sealed class Agents(FakeMesh mesh, FakeReplica replica) : AgentService.AgentServiceBase
    {
        public override async Task Report(
            IAsyncStreamReader<AgentReport> requestStream, IServerStreamWriter<AgentReportAck> responseStream, ServerCallContext context)
        {
            RequireCertificate(context);
            await foreach (var report in requestStream.ReadAllAsync(context.CancellationToken))
            {
                mesh.Reports.Enqueue(report);
                await responseStream.WriteAsync(new AgentReportAck { Sequence = report.Sequence, GoElsewhere = replica.GoElsewhere });
            }
        }
    }

    private sealed class Signing(FakeMesh mesh) : IstioCertificateService.IstioCertificateServiceBase
    {
        public override Task<IstioCertificateResponse> CreateCertificate(IstioCertificateRequest request, ServerCallContext context)
        {
            var headers = context.RequestHeaders;
            string id;
            if (headers.GetValue("mesh-workload") is { } workload)
            {
                RequireCertificate(context);
                mesh.RelayedFor.Enqueue($"{workload} {headers.GetValue("mesh-service-account")}");
                id = $"spiffe://cluster.local/ns/{workload.Split('/')[0]}/sa/{headers.GetValue("mesh-service-account")}";
            }
            else
            {
                if (headers.GetValue("authorization") != $"Bearer {FakeMesh.JoinToken}") throw new RpcException(new Status(StatusCode.Unauthenticated, "no"));
                mesh.EnrolledBy.Enqueue(headers.GetValue("authorization")!);
                id = $"spiffe://cluster.local/agent/{headers.GetValue("mesh-node")}";
            }

            return Task.FromResult(new IstioCertificateResponse { CertChain = { mesh.Authority.Sign(request.Csr, id) } });
        }
    }
}
