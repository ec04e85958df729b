using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Http;

/// <summary>
/// The limits of one exchange: of all tries from the request's last byte, of one try from there, of silence during a try, and of the whole
/// stream from its first byte. Null is none. From the route and, where they are believed, from the request's headers, as Envoy's router has it.
/// </summary>
internal readonly record struct ExchangeTimes(TimeSpan? Global, TimeSpan? PerTry, TimeSpan? PerTryIdle, TimeSpan? StreamDuration)
{
    /// <summary>Timers take 49.7 days at most; what is longer is as good as none.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>Whether anything of it needs a timer of the exchange's own; silence does not.</summary>
    public bool HasTimers => Global is not null || PerTry is not null || StreamDuration is not null;

    public static ExchangeTimes Of(ProxyRequest request, RouteModel route, RetryPolicyModel? retry, bool isUpgrade)
    {
        var headers = request.Http.Request.Headers;
        TimeSpan? named = request.IsGrpc && GrpcTimeout.TryParse(headers[GrpcTimeout.Header], out var parsed) ? parsed : null;
        var global = route.Timeout;
        if (request.IsGrpc && route.MaxGrpcTimeout is { } most) global = Cap(named - route.GrpcTimeoutOffset, most);
        var perTry = retry?.PerTryTimeout;
        if (request.IsTrusted)
        {
            global = NoneIfZero(RetryHeaders.Milliseconds(headers, RetryHeaders.Timeout) ?? global);
            perTry = NoneIfZero(RetryHeaders.Milliseconds(headers, RetryHeaders.PerTryTimeout) ?? perTry);
        }
        // A tunnel has no end that a timeout could measure.
        if (isUpgrade) global = null;
        if (perTry >= global) perTry = null;
        var duration = route.MaxStreamDuration;
        if (named is not null && route.MaxGrpcStreamDuration is { } mostGrpc) duration = Cap(named - route.GrpcStreamOffset, mostGrpc);
        return new ExchangeTimes(Usable(global), Usable(perTry), Usable(retry?.PerTryIdleTimeout), Usable(duration));
    }

    // Zero as the cap, or as what the caller names, is no limit.
    private static TimeSpan? Cap(TimeSpan? named, TimeSpan most)
    {
        if (named is not { Ticks: > 0 } time) return NoneIfZero(most);
        return most > TimeSpan.Zero && time > most ? most : time;
    }

    private static TimeSpan? Usable(TimeSpan? time) => time > Longest ? null : time;

    private static TimeSpan? NoneIfZero(TimeSpan? time) => time is { Ticks: > 0 } ? time : null;
}
