using System.Collections.Concurrent;
using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Sidecar.Http;

/// <summary>YARP's settings for HTTP/2 by idle time, each made once. Its activity timeout is Envoy's stream idle timeout: any byte either way starts it anew.</summary>
internal static class ForwardConfigs
{
    private static readonly ConcurrentDictionary<TimeSpan, ForwarderRequestConfig> ByIdle = new();
    private static readonly ForwarderRequestConfig Endless = Build(Timeout.InfiniteTimeSpan);

    /// <summary>For streams that may be silent so long; null is for ever.</summary>
    public static ForwarderRequestConfig For(TimeSpan? idle) => idle is { } time ? ByIdle.GetOrAdd(time, Build) : Endless;

    private static ForwarderRequestConfig Build(TimeSpan idle) =>
        new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = idle };
}
