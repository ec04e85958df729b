using System.Collections.Concurrent;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.Protocol;
using Mesh.Protocol.Delta;

namespace NodeAgent.Tests.Fakes;

/// <summary>A sidecar's discovery client that holds what it is sent, and refuses what the test says.</summary>
internal sealed class FakeProxy : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> _call;
    private readonly DeltaClientSession _delta;
    private readonly Task _reading;

    // The session and the stream of requests each have one user at a time.
    private readonly SemaphoreSlim _turn = new(1);

    public FakeProxy(TestAgent agent, string name = "reviews-v1-0.default")
    {
        _channel = agent.OpenSocket();
        _call = new AggregatedDiscoveryService.AggregatedDiscoveryServiceClient(_channel).DeltaAggregatedResources();
        _delta = new DeltaClientSession(new Node { Id = $"sidecar~127.0.0.1~{name}~default.svc.cluster.local", UserAgentVersion = "test" });
        foreach (var type in (string[])[TypeUrls.Secret, TypeUrls.Cluster, TypeUrls.ClusterLoadAssignment, TypeUrls.Listener, TypeUrls.RouteConfiguration])
        {
            Held[type] = new ConcurrentDictionary<string, Resource>();
            _delta.SubscribeToAll(type);
        }

        _reading = ReadAsync();
    }

    public ConcurrentDictionary<string, ConcurrentDictionary<string, Resource>> Held { get; } = new();

    public ConcurrentQueue<DeltaDiscoveryResponse> Received { get; } = new();

    /// <summary>The reason to refuse a resource, or null.</summary>
    public Func<Resource, string?> Judge { get; set; } = _ => null;

    public bool Has(string type, string name) => Held[type].ContainsKey(name);

    /// <summary>Asks for a resource once more that was refused.</summary>
    public async Task AskAgainAsync(string type, string name)
    {
        await _turn.WaitAsync(TestContext.Current.CancellationToken);
        await _call.RequestStream.WriteAsync(_delta.AskAgain(type, [name])!);
        _turn.Release();
    }

    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        _channel.Dispose();
        await _reading;
        _turn.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            foreach (var request in _delta.Open()) await _call.RequestStream.WriteAsync(request);
            await foreach (var response in _call.ResponseStream.ReadAllAsync())
            {
                await _turn.WaitAsync();
                var changes = _delta.OnResponse(response);
                List<DeltaRejection> rejections = [];
                foreach (var resource in changes.Upserted)
                {
                    if (Judge(resource) is { } reason) rejections.Add(new DeltaRejection(resource.Name, reason));
                    else Held[changes.TypeUrl][resource.Name] = resource;
                }

                foreach (var name in changes.Removed) Held[changes.TypeUrl].TryRemove(name, out _);
                Received.Enqueue(response);
                await _call.RequestStream.WriteAsync(_delta.Answer(changes, rejections));
                _turn.Release();
            }
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The test or the agent hung up.
        }
    }
}
