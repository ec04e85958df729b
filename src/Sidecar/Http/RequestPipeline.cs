using Mesh.Sidecar.Cors;
using Mesh.Sidecar.Faults;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>
/// The life of a request (STYLE rule 5):
/// (1) identify the peer and clean the headers, (2) verify its token and find the route, (3) fail on purpose, refuse beyond a limit, or answer directly, or (4) forward, (5) count.
/// No locks, no look-ups in a container; configuration is read once, from the route table in force.
/// </summary>
internal sealed partial class RequestPipeline(
    Forwarding forwarding, FaultInjection faults, PeerMetadata metadata, RequestRecorder recorder, TimeProvider time, ILogger log)
{
    public Task RunAsync(ProxyRequest request)
    {
        request.StartedAt = time.GetTimestamp();
        var http = request.Http.Request;
        var connection = request.Connection;
        connection.Begin();

        // (1)
        HopByHop.RemoveNominated(http.Headers);
        Identify(request, http);
        if (connection.IsDraining && !connection.IsHttp2) request.Http.Response.Headers.Connection = "close";
        if (RequestVetting.Judge(request, http) is { } refused) return LocalReply.WriteAsync(request, refused);
        var verdict = ReadTarget(request, out var path, out var query);
        if (verdict != PathVerdict.Accept) return RefusePathAsync(request, verdict);
        CleanHost(request, http);

        // (2)
        if (request.Chain.Tokens is { } tokens)
        {
            if (tokens.Refuse(request) is { } refusal) return refusal;
            Cut(request.Target, out path, out query); // a token may have been taken out of it
        }
        var route = request.Chain.Routes.Table?.Find(http.Headers.Host.ToString(), http, path, query);
        request.Route = route;
        if (route is null) return IsRefused(request) ? RefuseAsync(request) : LocalReply.WriteAsync(request, ProxyOutcome.RouteNotFound);

        // (3)
        var fault = request.Chain.HasFaults ? route.Fault ?? request.Chain.Fault : null;
        return fault is null ? ActAsync(request, route) : FaultyAsync(request, route, fault);
    }

    private Task ActAsync(ProxyRequest request, RouteModel route)
    {
        if (route.Cors is { } cors && request.Chain.HasCors && CorsFilter.TryAnswer(request, cors))
        {
            request.Chain.Server.Stamp(request.Http.Response.Headers);
            return Task.CompletedTask;
        }
        if (IsRefused(request)) return RefuseAsync(request);
        if (route.DirectResponse is { } direct) return DirectAsync(request, direct);
        if (route.Redirect is { } redirect) return RedirectAsync(request, redirect);
        if (request.Chain.MaxRequestBytes is { } most && !LimitedBody.TryLimit(request, most)) return LocalReply.WriteAsync(request, ProxyOutcome.RequestTooLarge);

        // (4)
        return forwarding.RunAsync(request, route);
    }

    private static bool IsRefused(ProxyRequest request)
    {
        if (request.Chain.Limits is not { } limits) return false;
        var admitted = limits.TryAdmit(request, out var notice);
        request.Limit = notice;
        return !admitted;
    }

    private Task RefuseAsync(ProxyRequest request) => LimitReply.WriteAsync(request, request.Limit!.Value);

    private async Task FaultyAsync(ProxyRequest request, RouteModel route, FaultModel fault)
    {
        if (!await faults.RunAsync(request, fault)) await ActAsync(request, route);
    }

    /// <summary>(5), also for an exchange that failed.</summary>
    public void Finish(ProxyRequest request, Exception? error)
    {
        if (error is not null)
        {
            request.Outcome = ProxyOutcome.InternalError;
            Log.Failed(log, request.Http.Request.Method, error);
        }
        recorder.Record(request);
        if (request.Connection.IsHttp2) request.Connection.OnStreamEnd(IsTakenBack(request));
        if (request.HasFault) faults.End();
        foreach (var mirror in request.Mirrors ?? []) mirror.CallerIsDone();
        request.Body?.Release();
    }

    // Envoy's premature reset: within a second, before the response was there.
    private bool IsTakenBack(ProxyRequest request) =>
        request.Http.RequestAborted.IsCancellationRequested && !request.Http.Response.HasStarted && time.GetElapsedTime(request.StartedAt) < TimeSpan.FromSeconds(1);

    private void Identify(ProxyRequest request, HttpRequest http)
    {
        var headers = http.Headers;
        request.IsGrpc = http.ContentType is { } type && IsGrpc(type);
        var connection = request.Connection;
        // Believed only from a peer that proved to be of the mesh; never forwarded (HopByHop) in either case.
        if (request.IsInbound && connection.PeerPrincipal is not null && headers.TryGetValue(PeerMetadata.Header, out var header))
        {
            var text = header.ToString();
            var last = connection.LastPeer;
            if (last.Header != text) connection.LastPeer = last = (text, metadata.Parse(text));
            request.Peer = last.Peer;
        }
        ClientCertificates.Stamp(request, headers);
        // It names the span of whoever is called, and its way ends there (Envoy).
        if (request.IsInbound) headers.Remove(Edge.Operation);
        if (request.Chain.IsEdge) Edge.Stamp(request, headers);
        else if (!headers.ContainsKey("X-Forwarded-Proto")) headers["X-Forwarded-Proto"] = connection.Chain.Tls is null ? "http" : "https";
        if (request.Chain.GenerateRequestId && !headers.ContainsKey("X-Request-Id")) headers["X-Request-Id"] = RequestId.Next();
    }

    // As Envoy: gRPC-Web, whose statuses travel in the body, is not meant.
    private static bool IsGrpc(string type) =>
        type.StartsWith("application/grpc", StringComparison.Ordinal) && (type.Length == 16 || type[16] is '+' or ';');

    private static PathVerdict ReadTarget(ProxyRequest request, out ReadOnlySpan<char> path, out ReadOnlySpan<char> query)
    {
        var target = RequestPath.OriginForm(((IHttpRequestFeature)request.Http.Features[typeof(IHttpRequestFeature)]!).RawTarget);
        var verdict = ReferenceEquals(request.Chain.Paths, PathPolicy.AsWritten) ? PathVerdict.Accept : request.Chain.Paths.Apply(ref target);
        // A fragment is the client's own and never sent; who compares paths would not see where it begins (Envoy refuses it, too).
        if (target.Contains('#')) verdict = PathVerdict.Reject;
        request.Target = target;
        Cut(target, out path, out query);
        return verdict;
    }

    private static void Cut(string target, out ReadOnlySpan<char> path, out ReadOnlySpan<char> query)
    {
        var length = RequestPath.PathLength(target);
        path = target.AsSpan(0, length);
        query = length < target.Length ? target.AsSpan(length + 1) : default;
    }

    private static Task RefusePathAsync(ProxyRequest request, PathVerdict verdict)
    {
        if (verdict == PathVerdict.Reject) return LocalReply.WriteAsync(request, ProxyOutcome.BadRequest);
        request.Outcome = ProxyOutcome.Redirected;
        var response = request.Http.Response;
        response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        response.Headers.Location = request.Target;
        response.ContentLength = 0;
        request.Chain.Server.Stamp(response.Headers);
        return Task.CompletedTask;
    }

    // As Envoy, on the header itself: what is matched is also what is forwarded.
    private static void CleanHost(ProxyRequest request, HttpRequest http)
    {
        var chain = request.Chain;
        if (!chain.StripAnyPort && !chain.StripTrailingDot) return;
        var written = http.Headers.Host.ToString().AsSpan();
        var name = RouteTable.WithoutPort(written);
        var port = chain.StripAnyPort ? [] : written[name.Length..];
        if (chain.StripTrailingDot && name is [.., '.']) name = name[..^1];
        if (name.Length + port.Length != written.Length) http.Headers.Host = $"{name}{port}";
    }

    private static Task DirectAsync(ProxyRequest request, DirectResponseModel direct)
    {
        request.Outcome = request.Route!.IsBlackHole ? ProxyOutcome.HostNotAllowed : ProxyOutcome.DirectResponse;
        return LocalReply.WriteAsync(request, direct.StatusCode, direct.Body, "text/plain", mutations: request.Route.ResponseHeaders);
    }

    private static Task RedirectAsync(ProxyRequest request, RedirectModel redirect)
    {
        request.Outcome = ProxyOutcome.Redirected;
        var response = request.Http.Response;
        response.StatusCode = redirect.StatusCode;
        response.Headers.Location = RedirectTarget.Build(request, redirect);
        response.ContentLength = 0;
        if (request.Limit is { } limit) LimitReply.Stamp(response.Headers, limit);
        foreach (var level in request.Route!.ResponseHeaders) level.Apply(response.Headers, request);
        request.Chain.Server.Stamp(response.Headers);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} request failed")]
        public static partial void Failed(ILogger logger, string method, Exception error);
    }
}
