using System.Runtime.CompilerServices;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Resilience;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>What came of reading a response. A stale connection ended before a byte of it.</summary>
internal readonly record struct Received(TryResult Result, bool IsReusable, bool IsStale = false, ResponseFault Fault = ResponseFault.None)
{
    public bool Failed => !Result.IsDone && !Result.RetryWanted;

    public static Received Broken(ProxyOutcome outcome, ResponseFault fault = ResponseFault.None, bool isStale = false) =>
        new(TryResult.Failed(outcome), false, isStale, fault);
}

/// <summary>Reads one response, has it judged, and passes it on to the client.</summary>
internal sealed class ResponseReceiver(ProxyRequest owner)
{
    // 100 and its like come once or twice; without a bound they could come for ever.
    private const int MaxInterim = 16;

    private readonly ResponseHead _head = new();
    private readonly ResponseCopier _copier = new();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Received> ReceiveAsync(Http1Connection connection, FieldTexts texts, UpgradeRequest? upgrade, RequestSender sender)
    {
        var interim = 0;
        try
        {
            for (; interim <= MaxInterim; interim++)
            {
                var (end, fault) = await ReadHeadAsync(connection, texts);
                if (fault != ResponseFault.None) return Received.Broken(ProxyOutcome.UpstreamProtocolError, fault);
                if (!end) return Received.Broken(ProxyOutcome.UpstreamReset, isStale: interim == 0 && connection.Input.Length == 0);
                if (_head.Status is >= 200 or StatusCodes.Status101SwitchingProtocols) return await AnswerAsync(connection, texts, upgrade);
                // As Envoy: 100 releases the body, which makes the server say it to the client; others are for nobody.
                if (_head.Status == StatusCodes.Status100Continue) sender.Permission.Give();
            }
            return Received.Broken(ProxyOutcome.UpstreamProtocolError, ResponseFault.TooManyInterim);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            return Received.Broken(ProxyOutcome.UpstreamReset, isStale: interim == 0 && connection.Input.Length == 0 && !owner.Attempt.GotResponse);
        }
        finally
        {
            _head.Clear();
        }
    }

    // False at the end of the stream.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(bool IsThere, ResponseFault Fault)> ReadHeadAsync(Http1Connection connection, FieldTexts texts)
    {
        var input = connection.Input;
        var scanned = 0;
        while (true)
        {
            if (!HeadParser.CanBegin(input.Span)) return (true, ResponseFault.StatusLine);
            var end = HeadParser.EndOf(input.Span, ref scanned);
            if (end > HeadParser.MaxLength || (end < 0 && input.Length > HeadParser.MaxLength)) return (true, ResponseFault.HeadTooLarge);
            if (end > 0)
            {
                var fault = HeadParser.Parse(input.Span[..end], _head, texts);
                input.Consume(end);
                return (true, fault);
            }
            if (await connection.FillAsync() == 0) return (false, ResponseFault.None);
        }
    }

    private ValueTask<Received> AnswerAsync(Http1Connection connection, FieldTexts texts, UpgradeRequest? upgrade)
    {
        var fault = BodyFraming.TryDecide(owner.Http.Request.Method, _head, out var framing);
        if (fault == ResponseFault.None && _head.Status == StatusCodes.Status101SwitchingProtocols && upgrade?.IsAnsweredBy(_head) != true)
            fault = ResponseFault.Upgrade;
        if (fault != ResponseFault.None) return new ValueTask<Received>(Received.Broken(ProxyOutcome.UpstreamProtocolError, fault));
        if (!owner.Attempt.IsAnswer(_head.Status, _head.GrpcStatus, _head)) return new ValueTask<Received>(Refuse(connection, framing));
        if (_head.Status == StatusCodes.Status101SwitchingProtocols) return TunnelAsync(connection, framing);
        AnswerHead.Copy(owner, _head, framing);
        if (framing.Kind == BodyKind.None) return new ValueTask<Received>(new Received(TryResult.Done, IsReusable(connection, framing)));
        // 205 has no content: what is sent there is not passed on.
        if (_head.Status == StatusCodes.Status205ResetContent) return new ValueTask<Received>(new Received(TryResult.Done, false));
        return CopyAsync(connection, framing, texts);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Received> CopyAsync(Http1Connection connection, BodyFraming framing, FieldTexts texts)
    {
        await _copier.Body.StartAsync(owner);
        var end = await _copier.CopyAsync(connection, framing, texts);
        return end switch
        {
            CopyEnd.Whole => new Received(TryResult.Done, IsReusable(connection, framing)),
            CopyEnd.ClientGone => Received.Broken(ProxyOutcome.DownstreamDisconnect),
            CopyEnd.Malformed => Received.Broken(ProxyOutcome.UpstreamProtocolError, _copier.Fault),
            _ => Received.Broken(ProxyOutcome.UpstreamReset),
        };
    }

    // Of a response that nobody gets, what is there already is read over; waiting for more is dearer than a new connection.
    private static Received Refuse(Http1Connection connection, in BodyFraming framing)
    {
        if (framing.Kind is not (BodyKind.None or BodyKind.Length) || framing.Length > connection.Input.Length && framing.Kind == BodyKind.Length)
            return new Received(TryResult.Again, false);
        if (framing.Kind == BodyKind.Length) connection.Input.Consume((int)framing.Length);
        return new Received(TryResult.Again, IsReusable(connection, framing));
    }

    private async ValueTask<Received> TunnelAsync(Http1Connection connection, BodyFraming framing)
    {
        var http = owner.Http;
        AnswerHead.Copy(owner, _head, framing);
        Stream client;
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            // RFC 8441, 5: over HTTP/2 it is a plain 200, and there is no key to accept.
            http.Response.StatusCode = StatusCodes.Status200OK;
            http.Response.Headers.Remove("Upgrade");
            http.Response.Headers.Remove("Sec-WebSocket-Accept");
            client = await connect.AcceptAsync();
        }
        else
        {
            client = await http.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        }
        var ended = await Tunnel.RunAsync(connection, client);
        if (connection.WasSilent) return Received.Broken(ProxyOutcome.StreamIdleTimeout);
        return ended ? new Received(TryResult.Done, false) : Received.Broken(ProxyOutcome.DownstreamDisconnect);
    }

    // Bytes beyond the response were asked for by nobody.
    private static bool IsReusable(Http1Connection connection, in BodyFraming framing) => framing.KeepsAlive && connection.Input.Length == 0;
}
