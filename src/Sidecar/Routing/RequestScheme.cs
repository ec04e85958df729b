using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Routing;

/// <summary>
/// A request's <c>:scheme</c> as Envoy has it: HTTP/2 brings it; of HTTP/1 it is that of an absolute target, else what <c>x-forwarded-proto</c> says,
/// which a gateway has replaced by what it saw itself.
/// </summary>
internal static class RequestScheme
{
    public static string Of(HttpRequest request)
    {
        if (HttpProtocol.IsHttp2(request.Protocol)) return request.Scheme;
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) return "http";
        return request.Headers["X-Forwarded-Proto"].ToString().Equals("https", StringComparison.OrdinalIgnoreCase) ? "https" : "http";
    }
}
