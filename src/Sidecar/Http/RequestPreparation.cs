using Mesh.Sidecar.Mirroring;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Http;

/// <summary>What all tries of an exchange share, in Envoy's order: headers of each level, path, then copies for mirrors, then the body.</summary>
internal sealed class RequestPreparation(MirrorTraffic mirrors)
{
    public void Prepare(ProxyRequest request, RouteModel route, RouteTarget target)
    {
        var http = request.Http.Request;
        if (!route.MostSpecificLast) target.RequestHeaders.Apply(http.Headers, request);
        foreach (var mutations in route.RequestHeaders) mutations.Apply(http.Headers, request);
        if (route.MostSpecificLast) target.RequestHeaders.Apply(http.Headers, request);
        if (route.Rewrite is { } rewrite) Rewrite(request, route, rewrite);
        var isUpgrade = IsUpgrade(request);
        // A tunnel cannot be had twice.
        if (route.Mirrors is { } models && !isUpgrade) mirrors.Start(request, route, models);
        var hasBody = request.Http.Features[typeof(IHttpRequestBodyDetectionFeature)] is IHttpRequestBodyDetectionFeature { CanHaveBody: true };
        // A stream whose length nobody knows (gRPC) is recorded too: trailers-only refusals come before it has given much.
        if (hasBody && !isUpgrade && (route.Retry is not null || http.ContentLength is null))
            http.Body = request.Body = new ReplayBody(http.Body, route.Retry is not null && http.ContentLength is null or <= ReplayBody.Limit);
    }

    /// <summary>A tunnel has no end that a timeout could measure, and no body to repeat.</summary>
    public static bool IsUpgrade(ProxyRequest request) =>
        request.Http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        || request.Http.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;

    private static void Rewrite(ProxyRequest request, RouteModel route, PathRewrite rewrite)
    {
        var length = RequestPath.PathLength(request.Target);
        request.Http.Request.Headers.TryAdd("x-envoy-original-path", request.Target);
        request.Target = rewrite.Apply(route.Path, request.Target[..length]) + request.Target[length..];
    }
}
