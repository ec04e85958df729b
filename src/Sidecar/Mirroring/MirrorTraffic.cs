using System.Buffers;
using System.Net;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Transport;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Mirroring;

/// <summary>
/// Sends copies of requests and throws the responses away (Envoy's shadowing). The caller pays for copying headers and for one copy of
/// each piece of the body, and for nothing else: all sending happens elsewhere, all failures end here, in counters. Safe from all threads.
/// </summary>
internal sealed partial class MirrorTraffic(PeerMetadata metadata, TimeProvider time, ILogger log)
{
    private readonly MirrorBudget _budget = new();
    private long _sent;
    private long _failed;
    private long _cut;
    private long _dropped;

    /// <summary>Copies that got a response, whatever its status.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Copies that got none.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Copies whose body was cut because the mirror did not keep up or the caller gave up.</summary>
    public long Cut => Volatile.Read(ref _cut);

    /// <summary>Copies that were not begun: too many at once, or no endpoint.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public int Active => _budget.Requests;

    /// <summary>Begins the copies of a request that is ready to be forwarded, before anything read its body.</summary>
    public void Start(ProxyRequest request, RouteModel route, MirrorModel[] models)
    {
        var started = new List<Mirror>(models.Length);
        foreach (var model in models)
            if (model.Share?.Draw() != false && TryStart(request, route, model) is { } mirror)
                started.Add(mirror);
        if (started.Count == 0) return;
        request.Mirrors = [.. started];
        if (started[0].Body is not null) request.Http.Request.Body = new TeeBody(request.Http.Request.Body, request.Mirrors);
    }

    private Mirror? TryStart(ProxyRequest request, RouteModel route, MirrorModel model)
    {
        var upstream = model.Upstream;
        if (upstream.Model is not { } target || !_budget.TryStart()) return Drop();
        if (!upstream.TryStartRequest(target.Config.MaxRequests))
        {
            _budget.End();
            return Drop();
        }
        if (LoadBalancer.Acquire(upstream, default) is not { } endpoint)
        {
            upstream.EndRequest();
            _budget.End();
            return Drop();
        }
        var hasBody = request.Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        var limit = route.Timeout > ExchangeTimes.Longest ? null : route.Timeout;
        var mirror = new Mirror(hasBody ? new MirrorBody(_budget) : null, limit, time);
        HttpRequestMessage message;
        try
        {
            message = MirrorRequest.Build(request, route, model, endpoint, target.Config.Protocol, mirror.Body, endpoint.IsMutualTls ? metadata : null);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // A Host or target that no request can be made of. The caller hears of it from the request proper.
            Log.Lost(log, endpoint.State.Key.Address, e);
            mirror.End();
            endpoint.State.Release();
            upstream.EndRequest();
            _budget.End();
            return Drop();
        }
        var loop = request.Connection.Loop;
        _ = Task.Run(() => RunAsync(message, mirror, upstream, endpoint, loop));
        return mirror;
    }

    private Mirror? Drop()
    {
        Interlocked.Increment(ref _dropped);
        return null;
    }

    private async Task RunAsync(HttpRequestMessage message, Mirror mirror, UpstreamState upstream, EndpointModel endpoint, EventLoop loop)
    {
        try
        {
            using (message)
            {
                using var response = await endpoint.State.InvokerOn(loop).SendAsync(message, mirror.Limit);
                await DiscardAsync(response, mirror.Limit);
            }
            Interlocked.Increment(ref _sent);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            Interlocked.Increment(ref mirror.Body?.IsCut == true ? ref _cut : ref _failed);
            Log.Lost(log, endpoint.State.Key.Address, e);
        }
        finally
        {
            mirror.End();
            endpoint.State.Release();
            upstream.EndRequest();
            _budget.End();
        }
    }

    private static async Task DiscardAsync(HttpResponseMessage response, CancellationToken limit)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(limit);
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await stream.ReadAsync(buffer, limit) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "a mirrored request to {Endpoint} was lost")]
        public static partial void Lost(ILogger logger, EndPoint endpoint, Exception error);
    }
}
