using System.Net;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Names;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Sidecar.Http;

/// <summary>
/// Sends an exchange upstream:
/// (1) draw the target and prepare what all tries share, (2) pick an endpoint, (3) forward one try, (4) judge it: done, again, or failed.
/// </summary>
internal sealed partial class Forwarding(
    IHttpForwarder forwarder, RequestPreparation preparation, UnknownHosts unknown, PeerMetadata metadata, TimeProvider time, ILogger log)
{
    // YARP's activity timeout is off: Envoy's limits are the route's own.
    private static readonly ForwarderRequestConfig Http1 = new()
    {
        Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = Timeout.InfiniteTimeSpan,
    };

    private static readonly ForwarderRequestConfig Http2 = Http1 with { Version = HttpVersion.Version20 };

    public async Task RunAsync(ProxyRequest request, RouteModel route)
    {
        // (1)
        var target = route.Targets!.Draw();
        request.Destination = target;
        var upstream = target.Upstream;
        if (upstream.Model is not { } model)
        {
            await LocalReply.WriteAsync(request, ProxyOutcome.UpstreamNotFound);
            return;
        }
        if (model.Config.IsPassthrough)
        {
            var (verdict, found) = await unknown.FindAsync(request.Http.Request.Headers.Host.ToString(), model.Config, request.Http.RequestAborted);
            if (found is null)
            {
                await LocalReply.WriteAsync(request, verdict == UnknownHostVerdict.Loops ? ProxyOutcome.HostLoops : ProxyOutcome.HostNotResolved);
                return;
            }
            upstream = found;
        }
        if (!upstream.TryStartRequest(model.Config.MaxRequests))
        {
            await LocalReply.WriteAsync(request, ProxyOutcome.UpstreamOverflow);
            return;
        }
        var deadline = route.Timeout is { } timeout && !RequestPreparation.IsUpgrade(request) ? new CancellationTokenSource(timeout, time) : null;
        try
        {
            preparation.Prepare(request, route, target);
            await TryUntilDoneAsync(request, route.Retry, upstream, model.Config, deadline);
        }
        finally
        {
            upstream.EndRequest();
            deadline?.Dispose();
        }
    }

    private async Task TryUntilDoneAsync(
        ProxyRequest request, RetryPolicyModel? retry, UpstreamState upstream, UpstreamConfigModel config, CancellationTokenSource? deadline)
    {
        while (true)
        {
            // (2)
            var endpoint = LoadBalancer.Acquire(upstream, request.Tried);
            if (endpoint is null)
            {
                await LocalReply.WriteAsync(request, ProxyOutcome.NoHealthyUpstream);
                return;
            }
            request.Endpoint = endpoint;
            request.Tries++;
            var left = retry is not null && request.Tries <= retry.Retries ? retry : null;
            TryResult result;
            try
            {
                // (3)
                result = await TryOnceAsync(request, endpoint, config, left, deadline);
            }
            finally
            {
                endpoint.State.Release();
            }

            // (4)
            if (result.IsDone) return;
            if (!request.Attempt.GotResponse) ResponseReport.Failed(upstream, endpoint.State.Vitals, result);
            var again = left is not null && deadline?.IsCancellationRequested != true
                && (request.Body is null || request.Body.CanReplay) && !request.Http.Response.HasStarted
                && (result.RetryWanted || left.AppliesTo(request.Http.Request.Method, result.Failure));
            if (!again || !upstream.TryStartRetry(config.MaxRetries))
            {
                await FailAsync(request, retry, result);
                return;
            }
            try
            {
                Log.Retrying(log, endpoint.State.Key.Address, request.Tries, result.Outcome);
                request.Tried.Add(endpoint.State);
                request.Body?.Rewind();
                Unset(request.Http.Response);
                await BackOffAsync(request, left!, deadline);
            }
            finally
            {
                upstream.EndRetry();
            }
            if (request.Http.RequestAborted.IsCancellationRequested)
            {
                request.Outcome = ProxyOutcome.DownstreamDisconnect;
                return;
            }
            if (deadline?.IsCancellationRequested == true)
            {
                await LocalReply.WriteAsync(request, ProxyOutcome.UpstreamTimeout);
                return;
            }
        }
    }

    private async Task<TryResult> TryOnceAsync(
        ProxyRequest request, EndpointModel endpoint, UpstreamConfigModel config, RetryPolicyModel? left, CancellationTokenSource? deadline)
    {
        var attempt = request.Attempt;
        attempt.Begin(endpoint, left, endpoint.IsMutualTls ? metadata : null);
        var http2 = config.Protocol switch
        {
            UpstreamProtocol.Http1 => false,
            UpstreamProtocol.Http2 => true,
            _ => request.Connection.IsHttp2,
        };
        var perTry = request.Route!.Retry?.PerTryTimeout is { } limit
            ? CancellationTokenSource.CreateLinkedTokenSource(deadline?.Token ?? CancellationToken.None) : null;
        if (perTry is not null) ArmPerTry(perTry, request.Route.Retry!.PerTryTimeout!.Value);
        try
        {
            var token = perTry?.Token ?? deadline?.Token ?? CancellationToken.None;
            var error = await forwarder.SendAsync(
                request.Http, endpoint.State.Key.Prefix, endpoint.State.InvokerOn(request.Connection.Loop), http2 ? Http2 : Http1, attempt, token);
            if (error == ForwarderError.None)
                return attempt.RetryWanted ? TryResult.Again : TryResult.Done;
            var failure = request.Http.Features.Get<IForwarderErrorFeature>()?.Exception;
            return FailureClassifier.Classify(error, failure, attempt.GotResponse, request.Http.RequestAborted.IsCancellationRequested,
                perTry?.IsCancellationRequested == true || deadline?.IsCancellationRequested == true);
        }
        finally
        {
            perTry?.Dispose();
        }
    }

    private static void ArmPerTry(CancellationTokenSource source, TimeSpan limit) => source.CancelAfter(limit);

    private Task BackOffAsync(ProxyRequest request, RetryPolicyModel policy, CancellationTokenSource? deadline)
    {
        var wait = policy.BackOff(request.Tries, Random.Shared.NextDouble());
        return WaitAsync(wait, request.Http.RequestAborted, deadline?.Token ?? CancellationToken.None);
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken aborted, CancellationToken deadline)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline);
        await Task.Delay(wait, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task FailAsync(ProxyRequest request, RetryPolicyModel? retry, TryResult result)
    {
        request.RetriesExhausted = retry is { Retries: > 0 } && request.Tries > retry.Retries;
        request.Outcome = result.Outcome;
        if (request.Http.Response.HasStarted)
        {
            // YARP has reset the response already; the client knows it is cut.
            return;
        }
        if (result.Outcome == ProxyOutcome.DownstreamDisconnect) return;
        Unset(request.Http.Response);
        await LocalReply.WriteAsync(request, result.Outcome);
    }

    // YARP takes a response with a status other than 200 for one that is already decided.
    private static void Unset(HttpResponse response)
    {
        if (response.HasStarted) return;
        var close = response.Headers.Connection;
        response.Clear();
        response.StatusCode = StatusCodes.Status200OK;
        if (close.Count > 0) response.Headers.Connection = close;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "try {Try} on {Endpoint} failed: {Outcome}; trying again")]
        public static partial void Retrying(ILogger logger, IPEndPoint endpoint, int @try, ProxyOutcome outcome);
    }
}
