using System.Net;
using System.Runtime.CompilerServices;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Resilience;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// One try of an exchange over HTTP/1.1:
/// (1) write the head, (2) take a connection at rest or dial, (3) send, beside which (4) the response is read, judged and passed on, (5) see both to
/// their end, then keep the connection or close it. A connection at rest that dies before the first byte of an answer is replaced once, where
/// that is safe. Reused by the exchanges of one <see cref="ProxyRequest"/>; what breaks the exchange off from outside closes the connection.
/// </summary>
internal sealed partial class Http1Exchange(ProxyRequest owner)
{
    private readonly RequestSender _sender = new();
    private readonly ResponseReceiver _receiver = new(owner);

    public async Task<TryResult> RunAsync(TimeSpan? silence, TimeProvider time, ILogger log)
    {
        var endpoint = owner.Attempt.Endpoint;
        var pool = endpoint.State.Key.Tls is { Originated.IsPerHost: true }
            ? endpoint.State.PoolOn(owner.Connection.Loop, owner.Attempt.Host) : endpoint.State.PoolOn(owner.Connection.Loop);
        var upgrade = UpgradeRequest.Of(owner);
        var framing = RequestFraming.Of(owner.Http.Request, upgrade is null && HasBody());
        var mayReuse = true;
        while (true)
        {
            // (1)
            if (!TryWriteHead(endpoint, framing, upgrade)) return TryResult.Failed(ProxyOutcome.BadRequest);
            // (2)
            var connection = mayReuse ? pool.TryRent(silence) : null;
            var isReused = connection is not null;
            if (connection is null)
            {
                var (dialed, failure) = await DialAsync(pool, silence);
                if (dialed is null) return failure;
                connection = dialed;
            }
            // (3) to (5)
            var received = await ExchangeAsync(connection, pool, framing, upgrade, time);
            if (received.Fault != ResponseFault.None) Log.Malformed(log, endpoint.State.Key.Address, received.Fault);
            if (!isReused || !received.IsStale || !MayRepeat(upgrade)) return received.Result;
            Log.Replaced(log, endpoint.State.Key.Address);
            owner.Body?.Rewind();
            mayReuse = false;
        }
    }

    private bool HasBody() =>
        owner.Http.Features[typeof(IHttpRequestBodyDetectionFeature)] is IHttpRequestBodyDetectionFeature { CanHaveBody: true };

    private bool TryWriteHead(EndpointModel endpoint, in RequestFraming framing, UpgradeRequest? upgrade)
    {
        var host = owner.Attempt.Host;
        if (host.Length == 0) host = endpoint.State.Key.Authority;
        if (RequestHead.TryWrite(_sender.Buffer, owner, host, framing, owner.Attempt.Metadata, upgrade)) return true;
        _sender.Buffer.Release();
        return false;
    }

    private async ValueTask<(Http1Connection? Connection, TryResult Failure)> DialAsync(Http1Pool pool, TimeSpan? silence)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(owner.Http.RequestAborted, owner.Clock?.Token ?? CancellationToken.None);
        try
        {
            return (await pool.DialAsync(owner.Connection.Loop, silence, either.Token), default);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            _sender.Buffer.Release();
            return (null, Interruption() ?? TryResult.Failed(ProxyOutcome.UpstreamConnectFailure, new TryFailure(IsConnectFailure: true, false, false)));
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Received> ExchangeAsync(
        Http1Connection connection, Http1Pool pool, RequestFraming framing, UpgradeRequest? upgrade, TimeProvider time)
    {
        var clock = owner.Clock?.Token ?? CancellationToken.None;
        var aborted = owner.Http.RequestAborted;
        // (3)
        if (framing.HasBody && AwaitsPermission()) _sender.Permission.Require();
        var received = default(Received);
        var sent = SendEnd.Stopped;
        try
        {
            using var gone = aborted.UnsafeRegister(Break, connection);
            using var late = clock.UnsafeRegister(Break, connection);
            var sending = _sender.SendAsync(connection, owner, framing, time);
            try
            {
                // (4)
                received = await _receiver.ReceiveAsync(connection, pool.Texts, upgrade, _sender);
            }
            finally
            {
                // (5)
                if (_sender.IsUnderWay)
                {
                    connection.Abort();
                    _sender.Stop();
                }
                sent = await sending;
            }
        }
        catch
        {
            connection.Close();
            throw;
        }
        if (received.IsReusable && sent == SendEnd.Sent && !connection.IsClosed) pool.Return(connection);
        else connection.Close();
        if (!received.Failed) return received;
        // Before the client is told, by which it counts as gone.
        var result = Explain(received.Result, connection, sent);
        if (owner.Http.Response.HasStarted) Cut();
        return received with { Result = result };
    }

    // A response that has begun ends broken for the client: never must it take the part for the whole.
    private void Cut()
    {
        // RFC 9113, 7: INTERNAL_ERROR.
        if (owner.Http.Features.Get<IHttpResetFeature>() is { } stream) stream.Reset(2);
        else LocalReply.Abort(owner);
    }

    private static void Break(object? connection) => ((Http1Connection)connection!).Abort();

    private bool AwaitsPermission() => owner.Http.Request.Headers.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase);

    // A broken connection says only that it is broken; who broke it knows why.
    private TryResult Explain(in TryResult result, Http1Connection connection, SendEnd sent)
    {
        if (owner.IsTooLarge) return TryResult.Failed(ProxyOutcome.RequestTooLarge);
        if (Interruption() is { } interruption) return interruption;
        owner.IsUnfinished = sent is SendEnd.Stopped or SendEnd.ClientBroke;
        if (connection.WasSilent) return TryResult.Failed(ProxyOutcome.StreamIdleTimeout, new TryFailure(false, false, IsTimeout: true));
        return sent == SendEnd.ClientBroke ? TryResult.Failed(ProxyOutcome.DownstreamProtocolError) : result;
    }

    private TryResult? Interruption()
    {
        if (owner.Http.RequestAborted.IsCancellationRequested) return TryResult.Failed(ProxyOutcome.DownstreamDisconnect);
        return Forwarding.TimedOut(owner) is { } outcome ? TryResult.Failed(outcome, new TryFailure(false, false, IsTimeout: true)) : null;
    }

    // The peer may have read the request before it closed: it must do no harm to send it twice, and there must be something to send.
    private bool MayRepeat(UpgradeRequest? upgrade) =>
        upgrade is null && RetryPolicyModel.IsIdempotent(owner.Http.Request.Method) && Interruption() is null
        && (_sender.HasTakenNothing || owner.Body is { CanReplay: true });

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Endpoint} answered with what is no HTTP/1.1 response: {Fault}")]
        public static partial void Malformed(ILogger logger, EndPoint endpoint, ResponseFault fault);

        [LoggerMessage(2, LogLevel.Debug, "{Endpoint} closed a connection at rest as a request went out; it goes again on a new one")]
        public static partial void Replaced(ILogger logger, EndPoint endpoint);
    }
}
