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
    /// <summary>So many tries that met a connection at its end cost no retry: as often the library sends requests without a body again.</summary>
    private const int MaxUnspentTries = 3;

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
            upstream.Counters.Add(UpstreamCounter.Overflow);
            await LocalReply.WriteAsync(request, ProxyOutcome.UpstreamOverflow);
            return;
        }
        (request.Upstream, request.Config) = (upstream, model.Config);
        try
        {
            await TryUntilDoneAsync(request, Begin(request, route, target));
        }
        finally
        {
            request.Clock?.Dispose();
            request.Clock = null;
            upstream.EndRequest();
        }
    }

    // Apart from the asynchronous part, whose state lives as long as the exchange.
    private TimeSpan? Begin(ProxyRequest request, RouteModel route, RouteTarget target)
    {
        var isUpgrade = RequestPreparation.IsUpgrade(request);
        var retry = request.Retry = RetryOf(request, route);
        var times = ExchangeTimes.Of(request, route, retry, isUpgrade);
        if (times.HasTimers) request.Clock = new ExchangeClock(times, time);
        preparation.Prepare(request, route, target, retry, isUpgrade);
        return Shorter(route.IdleTimeout ?? request.Chain.StreamIdleTimeout, times.PerTryIdle);
    }

    private static RetryPolicyModel? RetryOf(ProxyRequest request, RouteModel route)
    {
        var retry = request.IsTrusted ? RetryHeaders.Merge(route.Retry, request.Http.Request.Headers) : route.Retry;
        if (retry is not { RequestHeaders.Length: > 0 }) return retry;
        foreach (var header in retry.RequestHeaders)
            if (header.IsMatch(request.Http.Request)) return retry;
        return null;
    }

    // A route that wants no limit says so with an infinite one.
    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is not { Ticks: > 0 } || other < one ? other : one;

    private async Task TryUntilDoneAsync(ProxyRequest request, TimeSpan? silence)
    {
        try
        {
            while (true)
            {
                // (2)
                if (!Pick(request))
                {
                    await LocalReply.WriteAsync(request, ProxyOutcome.NoHealthyUpstream);
                    return;
                }
                TryResult result;
                try
                {
                    // (3)
                    result = await TryOnceAsync(request, silence);
                }
                finally
                {
                    request.Endpoint!.State.Release();
                }

                // (4)
                if (result.IsDone)
                {
                    if (request.Tries > 1) request.Upstream!.Counters.Add(UpstreamCounter.RetrySuccess);
                    return;
                }
                if (!IsToBeTriedAgain(request, result))
                {
                    await FailAsync(request, result);
                    return;
                }
                await WaitAsync(request);
                if (request.Http.RequestAborted.IsCancellationRequested)
                {
                    request.Outcome = ProxyOutcome.DownstreamDisconnect;
                    return;
                }
                if (request.Clock is { IsOver: true })
                {
                    request.Upstream!.Counters.Add(UpstreamCounter.Timeout);
                    await LocalReply.WriteAsync(request, request.Clock.Outcome);
                    return;
                }
            }
        }
        finally
        {
            if (request.HoldsRetry) request.Upstream!.EndRetry();
            request.HoldsRetry = false;
        }
    }

    private static bool Pick(ProxyRequest request)
    {
        var context = new PickContext(request.Hash, request.Retry?.MayRepeatHosts == true, request.AvoidedPriorities,
            request.Config!.Balancer == BalancerKind.Passthrough ? OriginalDestination.Of(request.Http.Request.Headers) : null);
        if (LoadBalancer.Acquire(request.Upstream!, request.Tried, context) is not { } endpoint) return false;
        request.Endpoint = endpoint;
        request.Tries++;
        return true;
    }

    private bool IsToBeTriedAgain(ProxyRequest request, in TryResult result)
    {
        var upstream = request.Upstream!;
        var endpoint = request.Endpoint!;
        if (!request.Attempt.GotResponse) ResponseReport.Failed(upstream, endpoint.State.Vitals, result);
        if (result.Failure.IsUnspent && request.UnspentTries < MaxUnspentTries) request.UnspentTries++;
        if (!MayTryAgain(request, result, upstream) || !TryReserveRetry(request)) return false;
        upstream.Counters.Add(UpstreamCounter.Retry);
        Log.Retrying(log, endpoint.State.Key.Address, request.Tries, result.Outcome);
        Remember(request, endpoint, request.Retry!);
        return true;
    }

    /// <summary>
    /// A place among the upstream's concurrent retries, kept from the first retry to the end of the last: while it is there, the next one
    /// goes in it.
    /// </summary>
    public static bool TryReserveRetry(ProxyRequest request) =>
        request.HoldsRetry || (request.HoldsRetry = request.Upstream!.TryStartRetry(request.Config!));

    private Task<TryResult> TryOnceAsync(ProxyRequest request, TimeSpan? silence)
    {
        var endpoint = request.Endpoint!;
        var config = request.Config!;
        var http2 = config.Protocol switch
        {
            UpstreamProtocol.Http1 => false,
            UpstreamProtocol.Http2 => true,
            _ => request.Connection.IsHttp2,
        };
        request.Clock?.BeginTry();
        request.Upstream!.CountTry();
        request.Attempt.Begin(endpoint, config, request.Retry, HasNext(request), endpoint.IsMutualTls ? metadata : null);
        // HTTP/2 carries many requests over a connection: there the number of requests is the limit.
        if (!http2) return config.Connection.MaxConnections == int.MaxValue ? Http1Async(request, silence) : GatedAsync(request, silence);
        return endpoint.State.Slots is { } slots
            ? SlotAsync(request, slots, silence) : Http2Async(request, endpoint.State.InvokerOn(request.Connection.Loop), silence);
    }

    private async Task<TryResult> GatedAsync(ProxyRequest request, TimeSpan? silence)
    {
        if (await EnterAsync(request, request.Upstream!, request.Config!) is { } refused)
        {
            request.Clock?.EndTry();
            return refused;
        }
        try
        {
            return await Http1Async(request, silence);
        }
        finally
        {
            request.Upstream!.Gate.Leave();
        }
    }

    private async Task<TryResult> Http1Async(ProxyRequest request, TimeSpan? silence)
    {
        try
        {
            return await request.Http1.RunAsync(silence, time, log);
        }
        finally
        {
            request.Clock?.EndTry();
        }
    }

    private async Task<TryResult> SlotAsync(ProxyRequest request, ConnectionSlots slots, TimeSpan? silence)
    {
        var slot = slots.Rent(request.Connection.Loop);
        try
        {
            return await Http2Async(request, slot.Invoker, silence);
        }
        finally
        {
            slots.Return(slot);
        }
    }

    private async Task<TryResult> Http2Async(ProxyRequest request, HttpMessageInvoker invoker, TimeSpan? silence)
    {
        try
        {
            var error = await forwarder.SendAsync(request.Http, PrefixOf(request), invoker, ForwardConfigs.For(silence),
                request.Http2, request.Clock?.Token ?? CancellationToken.None);
            if (error == ForwarderError.None) return request.Attempt.RetryWanted ? TryResult.Again : TryResult.Done;
            request.IsUnfinished = error == ForwarderError.RequestBodyCanceled;
            if (request.IsTooLarge) return TryResult.Failed(ProxyOutcome.RequestTooLarge);
            return FailureClassifier.Classify(error, request.Http.Features.Get<IForwarderErrorFeature>()?.Exception, request.Attempt.GotResponse,
                request.Http.RequestAborted.IsCancellationRequested, TimedOut(request));
        }
        finally
        {
            request.Clock?.EndTry();
        }
    }

    private static string PrefixOf(ProxyRequest request)
    {
        var key = request.Endpoint!.State.Key;
        return key.Tls is { Originated.IsPerHost: true } ? key.PrefixFor(request.Attempt.Host) : key.Prefix;
    }

    private static bool HasNext(ProxyRequest request) => request.Retry is { } retry && SpentTries(request) <= retry.Retries;

    private static int SpentTries(ProxyRequest request) => request.Tries - request.UnspentTries;

    /// <summary>Which of the exchange's timers ended the try; null for none.</summary>
    public static ProxyOutcome? TimedOut(ProxyRequest request)
    {
        if (request.Clock is not { } clock) return null;
        if (clock.IsOver) return clock.Outcome;
        return clock.IsTryOver ? ProxyOutcome.UpstreamTimeout : null;
    }

    // Null when the request may go.
    private static async ValueTask<TryResult?> EnterAsync(ProxyRequest request, UpstreamState upstream, UpstreamConfigModel config)
    {
        var aborted = request.Http.RequestAborted;
        try
        {
            // Who has left does not keep a place in the queue from others.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, request.Clock?.Token ?? CancellationToken.None);
            var waiting = upstream.Gate.EnterAsync(config.Connection.MaxConnections, config.MaxPending, either.Token);
            if (await waiting == GateAnswer.Entered) return null;
            upstream.Counters.Add(UpstreamCounter.Overflow);
            return TryResult.Failed(ProxyOutcome.UpstreamOverflow);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            return TryResult.Failed(ProxyOutcome.DownstreamDisconnect);
        }
        catch (OperationCanceledException)
        {
            return TryResult.Failed(TimedOut(request) ?? ProxyOutcome.UpstreamTimeout, new TryFailure(false, false, IsTimeout: true));
        }
    }

    private static bool MayTryAgain(ProxyRequest request, in TryResult result, UpstreamState upstream)
    {
        if (!HasNext(request) || request.Clock is { IsOver: true } || request.Http.Response.HasStarted) return false;
        // Envoy, too, never adds to an overload.
        if (result.Outcome == ProxyOutcome.UpstreamOverflow) return false;
        if (!result.RetryWanted)
        {
            if (result.Outcome is ProxyOutcome.DownstreamDisconnect or ProxyOutcome.DownstreamProtocolError or ProxyOutcome.BadRequest or ProxyOutcome.RequestTooLarge || request.Attempt.GotResponse)
                return false;
            var verdict = request.Retry!.Judge(request.Http.Request.Method, result.Failure);
            if (verdict == RetryVerdict.Withheld) upstream.Counters.Add(UpstreamCounter.RetryWithheld);
            if (verdict != RetryVerdict.Yes) return false;
        }
        if (request.Body is null || request.Body.CanReplay) return true;
        upstream.Counters.Add(UpstreamCounter.RetryAbandoned);
        return false;
    }

    private static void Remember(ProxyRequest request, EndpointModel endpoint, RetryPolicyModel policy)
    {
        request.Tried.Add(endpoint.State);
        if (endpoint.Priority < 64) request.TriedPriorities |= 1ul << (int)endpoint.Priority;
        if (policy.PriorityFrequency > 0 && request.Tries % policy.PriorityFrequency == 0) request.AvoidedPriorities = request.TriedPriorities;
        request.Body?.Rewind();
        Unset(request.Http.Response);
    }

    private async Task WaitAsync(ProxyRequest request)
    {
        var policy = request.Retry!;
        var random = Random.Shared.NextDouble();
        var wait = request.Attempt.ResetAfter is { } named ? RetryPolicyModel.ResetBackOff(named, random) : policy.BackOff(request.Tries, random);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(request.Http.RequestAborted, request.Clock?.Token ?? CancellationToken.None);
        await Task.Delay(wait, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task FailAsync(ProxyRequest request, TryResult result)
    {
        var upstream = request.Upstream!;
        request.RetriesExhausted = request.Retry is { Retries: > 0 } retry && SpentTries(request) > retry.Retries;
        if (request.RetriesExhausted) upstream.Counters.Add(UpstreamCounter.RetryLimitExceeded);
        if (result.Failure.IsTimeout) upstream.Counters.Add(request.Clock is { IsOver: false } ? UpstreamCounter.PerTryTimeout : UpstreamCounter.Timeout);
        request.Outcome = result.Outcome;
        if (request.Http.Response.HasStarted)
        {
            // The forwarder has reset the response already; the client knows it is cut.
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
        public static partial void Retrying(ILogger logger, EndPoint endpoint, int @try, ProxyOutcome outcome);
    }
}
