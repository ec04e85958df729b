using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>The last chunk of a request, and its trailers as far as they may go on.</summary>
internal static class RequestTrailers
{
    public static void WriteEnd(WriteBuffer buffer, IHttpRequestTrailersFeature? trailers)
    {
        buffer.Write("0\r\n"u8);
        if (trailers is { Available: true })
            foreach (var (name, values) in trailers.Trailers)
                foreach (var value in values)
                    if (value is not null && RequestHead.MayTrail(name, value)) RequestHead.TryWriteField(buffer, name, value);
        buffer.Write("\r\n"u8);
    }
}
