using System.Collections.Concurrent;
using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Sidecar.Http;

/// <summary>YARP's settings by HTTP version and idle time, each made once. Its activity timeout is Envoy's stream idle timeout: any byte either way starts it anew.</summary>
internal sealed record ForwardConfigs(ForwarderRequestConfig Http1, ForwarderRequestConfig Http2)
{
    private static readonly ConcurrentDictionary<TimeSpan, ForwardConfigs> ByIdle = new();
    private static readonly ForwardConfigs Endless = Build(Timeout.InfiniteTimeSpan);

    /// <summary>For streams that may be silent so long; null is for ever.</summary>
    public static ForwardConfigs For(TimeSpan? idle) => idle is { } time ? ByIdle.GetOrAdd(time, Build) : Endless;

    private static ForwardConfigs Build(TimeSpan idle)
    {
        var http1 = new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = idle };
        return new ForwardConfigs(http1, http1 with { Version = HttpVersion.Version20 });
    }
}
