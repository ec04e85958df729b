namespace Mesh.Protocol;

/// <summary>
/// Type URLs of the xDS v3 resources and extensions we send and accept, and of the mesh model's own: <c>type.googleapis.com/</c> followed by the
/// full Protobuf name, as <see cref="Google.Protobuf.WellKnownTypes.Any"/> spells it.
/// </summary>
public static class TypeUrls
{
    /// <summary>LDS: <see cref="Envoy.Config.Listener.V3.Listener"/>.</summary>
    public const string Listener = Prefix + "envoy.config.listener.v3.Listener";

    /// <summary>RDS: <see cref="Envoy.Config.Route.V3.RouteConfiguration"/>.</summary>
    public const string RouteConfiguration = Prefix + "envoy.config.route.v3.RouteConfiguration";

    /// <summary>CDS: <see cref="Envoy.Config.Cluster.V3.Cluster"/>.</summary>
    public const string Cluster = Prefix + "envoy.config.cluster.v3.Cluster";

    /// <summary>EDS: <see cref="Envoy.Config.Endpoint.V3.ClusterLoadAssignment"/>.</summary>
    public const string ClusterLoadAssignment = Prefix + "envoy.config.endpoint.v3.ClusterLoadAssignment";

    /// <summary>SDS: <see cref="Envoy.Extensions.TransportSockets.Tls.V3.Secret"/>.</summary>
    public const string Secret = Prefix + "envoy.extensions.transport_sockets.tls.v3.Secret";

    /// <summary>The HTTP network filter of a filter chain or an API listener.</summary>
    public const string HttpConnectionManager =
        Prefix + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    /// <summary>The TCP network filter of a filter chain.</summary>
    public const string TcpProxy = Prefix + "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

    /// <summary>The transport socket of a cluster that speaks TLS.</summary>
    public const string UpstreamTlsContext = Prefix + "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";

    /// <summary>The transport socket of a filter chain that terminates TLS.</summary>
    public const string DownstreamTlsContext =
        Prefix + "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

    /// <summary>A cluster's HTTP settings, in its <c>typed_extension_protocol_options</c>.</summary>
    public const string HttpProtocolOptions = Prefix + "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /// <summary>The terminal HTTP filter.</summary>
    public const string Router = Prefix + "envoy.extensions.filters.http.router.v3.Router";

    /// <summary>The fault injection HTTP filter, also its per-route configuration.</summary>
    public const string Fault = Prefix + "envoy.extensions.filters.http.fault.v3.HTTPFault";

    /// <summary>The CORS HTTP filter; a route carries a <c>CorsPolicy</c> of the same package instead.</summary>
    public const string Cors = Prefix + "envoy.extensions.filters.http.cors.v3.Cors";

    /// <summary>The HTTP filter that limits how long a request's body may be.</summary>
    public const string Buffer = Prefix + "envoy.extensions.filters.http.buffer.v3.Buffer";

    /// <summary>The authorization HTTP filter.</summary>
    public const string Rbac = Prefix + "envoy.extensions.filters.http.rbac.v3.RBAC";

    /// <summary>The HTTP filter that verifies JSON Web Tokens.</summary>
    public const string JwtAuthentication = Prefix + "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication";

    /// <summary>Envoy's local rate limit, for stock Envoys.</summary>
    public const string LocalRateLimit = Prefix + "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit";

    /// <summary>Our own local rate limits, by caller: <see cref="V1.RateLimitFilter"/>.</summary>
    public const string RateLimit = Prefix + "mesh.v1.RateLimitFilter";

    /// <summary>The mesh model: <see cref="V1.ConfigObject"/>.</summary>
    public const string ConfigObject = Prefix + "mesh.v1.ConfigObject";

    /// <summary>The mesh model: <see cref="V1.Workload"/>.</summary>
    public const string Workload = Prefix + "mesh.v1.Workload";

    /// <summary>The mesh model: <see cref="V1.TrustBundle"/>.</summary>
    public const string TrustBundle = Prefix + "mesh.v1.TrustBundle";

    private const string Prefix = "type.googleapis.com/";
}
