using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>What all tries of an exchange share, in Envoy's order: headers of each level, path, then copies for mirrors, then the body.</summary>
internal sealed class RequestPreparation(MirrorTraffic mirrors)
{
    public void Prepare(ProxyRequest request, RouteModel route, RouteTarget target, RetryPolicyModel? retry, bool isUpgrade)
    {
        var http = request.Http.Request;
        if (route.HashPolicies.Length > 0) Hash(request, route.HashPolicies);
        if (!route.MostSpecificLast) target.RequestHeaders.Apply(http.Headers, request);
        foreach (var mutations in route.RequestHeaders) mutations.Apply(http.Headers, request);
        if (route.MostSpecificLast) target.RequestHeaders.Apply(http.Headers, request);
        if (route.Rewrite is { } rewrite) Rewrite(request, route, rewrite);
        // A tunnel cannot be had twice.
        if (route.Mirrors is { } models && !isUpgrade) mirrors.Start(request, route, models);
        var hasBody = request.Http.Features[typeof(IHttpRequestBodyDetectionFeature)] is IHttpRequestBodyDetectionFeature { CanHaveBody: true };
        var declared = http.ContentLength;
        // A stream whose length nobody knows (gRPC) is recorded too: trailers-only refusals come before it has given much.
        if (hasBody && !isUpgrade && (retry is not null || declared is null || request.Clock is not null))
            http.Body = request.Body = new ReplayBody(http.Body, LimitOf(route, retry, declared), declared) { End = request.Clock };
        else request.Clock?.OnBodyEnd();
    }

    /// <summary>A tunnel has no end that a timeout could measure, and no body to repeat.</summary>
    public static bool IsUpgrade(ProxyRequest request) =>
        request.Http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        || request.Http.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

    // As the client wrote it, before anything of it is changed.
    private static void Hash(ProxyRequest request, HashPolicy[] policies)
    {
        var start = RequestPath.PathLength(request.Target);
        var query = start < request.Target.Length ? request.Target.AsSpan(start + 1) : default;
        request.Hash = RequestHash.Of(policies, request.Http.Request, query, request.Connection.RemoteEndPoint, out var cookie);
        request.SetCookie = cookie;
    }

    // A body known to be too long is not worth keeping the beginning of.
    private static int LimitOf(RouteModel route, RetryPolicyModel? retry, long? length) => retry is null || length > route.BufferLimit ? 0 : route.BufferLimit;

    private static void Rewrite(ProxyRequest request, RouteModel route, PathRewrite rewrite)
    {
        var length = RequestPath.PathLength(request.Target);
        request.Http.Request.Headers.TryAdd("x-envoy-original-path", request.Target);
        request.Target = rewrite.Apply(route.Path, request.Target[..length]) + request.Target[length..];
    }
}
