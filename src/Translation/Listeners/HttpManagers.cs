using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Cors.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Mesh;
using Mesh.Translation.Routing;
using Mesh.Translation.Wire;
using Buffer = Envoy.Extensions.Filters.Http.Buffer.V3.Buffer;
using Details = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ForwardClientCertDetails;

namespace Mesh.Translation.Listeners;

/// <summary>HTTP network filters.</summary>
internal static class HttpManagers
{
    /// <summary>Routes by RDS.</summary>
    public static HttpConnectionManager ByName(string routes, string statPrefix) => With(statPrefix, m => m.Rds = new Rds
    {
        RouteConfigName = routes,
        ConfigSource = ConfigSources.Ads(),
    });

    /// <summary>Routes in the listener itself.</summary>
    public static HttpConnectionManager Inline(RouteConfiguration routes, string statPrefix) => With(statPrefix, m => m.RouteConfig = routes);

    /// <summary>
    /// For callers whom nothing vouches for: their claims about a client certificate are dropped, and their address is taken
    /// from the connection.
    /// </summary>
    public static HttpConnectionManager Edge(this HttpConnectionManager manager)
    {
        manager.UseRemoteAddress = true;
        manager.DescribeClient();
        manager.SetCurrentClientCertDetails.Cert = true;
        return manager;
    }

    /// <summary>
    /// Tells the application who called. What the caller itself wrote there of its own callers stays before it, as with Istio's sidecars, or
    /// is replaced, as at its gateways.
    /// </summary>
    public static HttpConnectionManager DescribeClient(this HttpConnectionManager manager, bool append = false)
    {
        manager.ForwardClientCertDetails = append ? Details.AppendForward : Details.SanitizeSet;
        manager.SetCurrentClientCertDetails = new HttpConnectionManager.Types.SetCurrentClientCertDetails { Subject = true, Dns = true, Uri = true };
        return manager;
    }

    /// <summary>The filters that routes speak to, in Istio's order: a request that is failed on purpose is asked for nothing else.</summary>
    public static HttpConnectionManager WithRouteFilters(this HttpConnectionManager manager)
    {
        manager.HttpFilters.Insert(0, new HttpFilter { Name = RouteFilters.Fault, TypedConfig = Packing.Pack(new HTTPFault()) });
        manager.HttpFilters.Insert(1, new HttpFilter { Name = RouteFilters.Cors, TypedConfig = Packing.Pack(new Cors()) });
        return manager;
    }

    /// <summary>Tokens are verified before anything is decided by what they say.</summary>
    public static HttpConnectionManager Authenticating(this HttpConnectionManager manager, HttpFilter? tokens)
    {
        if (tokens is not null) manager.HttpFilters.Insert(0, tokens);
        return manager;
    }

    /// <summary>Limits, which come right before the request is routed: what other filters answer costs none of them a token.</summary>
    public static HttpConnectionManager Limiting(this HttpConnectionManager manager, IReadOnlyList<HttpFilter> limits)
    {
        foreach (var limit in limits) manager.HttpFilters.Insert(manager.HttpFilters.Count - 1, limit);
        return manager;
    }

    /// <summary>How long a body may be: the last question, as one that is refused for another reason need not be read.</summary>
    public static HttpConnectionManager Bounded(this HttpConnectionManager manager, int? maxRequestBytes)
    {
        if (maxRequestBytes is not { } most) return manager;
        var filter = new HttpFilter { Name = "envoy.filters.http.buffer", TypedConfig = Packing.Pack(new Buffer { MaxRequestBytes = (uint)most }) };
        manager.HttpFilters.Insert(manager.HttpFilters.Count - 1, filter);
        return manager;
    }

    /// <summary>Paths as MeshConfig says, Host without its final dot: what is compared is what is forwarded.</summary>
    public static HttpConnectionManager Normalizing(this HttpConnectionManager manager, PathNormalizationType paths)
    {
        manager.NormalizePath = paths != PathNormalizationType.None;
        manager.MergeSlashes = paths is PathNormalizationType.MergeSlashes or PathNormalizationType.DecodeAndMergeSlashes;
        if (paths == PathNormalizationType.DecodeAndMergeSlashes)
            manager.PathWithEscapedSlashesAction = HttpConnectionManager.Types.PathWithEscapedSlashesAction.UnescapeAndForward;
        manager.StripTrailingHostDot = true;
        return manager;
    }

    /// <summary>
    /// HTTP/1.0 and websockets for clients, and a Server header: this mesh's name in place of the application's, as Istio's proxies put theirs;
    /// on the way out only where the response has none, because the name of a server outside is not ours to change.
    /// </summary>
    public static HttpConnectionManager Serving(this HttpConnectionManager manager, bool isOutbound = false)
    {
        manager.HttpProtocolOptions = new Http1ProtocolOptions { AcceptHttp10 = true };
        manager.UpgradeConfigs.Add(new HttpConnectionManager.Types.UpgradeConfig { UpgradeType = "websocket" });
        manager.ServerName = "mesh";
        if (isOutbound) manager.ServerHeaderTransformation = HttpConnectionManager.Types.ServerHeaderTransformation.AppendIfAbsent;
        return manager;
    }

    public static Filter Filter(HttpConnectionManager manager) =>
        new() { Name = "envoy.filters.network.http_connection_manager", TypedConfig = Packing.Pack(manager) };

    private static HttpConnectionManager With(string statPrefix, Action<HttpConnectionManager> routes)
    {
        var manager = new HttpConnectionManager
        {
            StatPrefix = statPrefix,
            CodecType = HttpConnectionManager.Types.CodecType.Auto,
            UseRemoteAddress = false,
            // As Istio: long polls and streams may be silent; a route that wants a limit has one of its own.
            StreamIdleTimeout = Duration.FromTimeSpan(TimeSpan.Zero),
            HttpFilters = { new HttpFilter { Name = "envoy.filters.http.router", TypedConfig = Packing.Pack(new Router()) } },
        };
        routes(manager);
        return manager;
    }
}
