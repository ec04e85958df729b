using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf;
using Mesh.Protocol;
using Mesh.Protocol.V1;
using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Listeners;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Security.Files;
using Mesh.Sidecar.Tcp;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads listeners. Chains whose bytes are as before keep their object, and with it their connections.</summary>
internal sealed class ListenerDecoder(
    Func<string, UpstreamState> upstreams, Func<string, RouteConfigState> routes, bool isGateway, RouteStatistics statistics,
    RateLimitStates limits, TokenStatistics tokens, CredentialFiles credentials, SharedParts shared, TimeProvider time)
{
    /// <summary>Names of the route configurations by RDS are added to <paramref name="rds"/>.</summary>
    public ListenerModel Decode(Listener listener, ListenerModel? before, ISet<string> rds)
    {
        EnforcedFields.Check(listener);
        InvalidResourceException.ThrowIf(listener.UseOriginalDst == true, "use_original_dst");
        InvalidResourceException.ThrowIf(listener.Transparent == true, "transparent");
        InvalidResourceException.ThrowIf(listener.BindToPort == false, "bind_to_port: false");
        var isInbound = listener.TrafficDirection == TrafficDirection.Inbound;
        var identity = new ListenerIdentity(listener.Name, isInbound);
        var chains = new List<FilterChainModel>();
        var all = listener.DefaultFilterChain is null ? [.. listener.FilterChains] : listener.FilterChains.Append(listener.DefaultFilterChain).ToArray();
        if (all.Length == 0) throw new InvalidResourceException("no filter chain");
        foreach (var chain in all) chains.Add(Chain(chain, identity, before, rds));
        return new ListenerModel(listener.Name, EndpointDecoder.AddressOf(listener.Address), isInbound, [.. chains]);
    }

    private FilterChainModel Chain(FilterChain chain, ListenerIdentity identity, ListenerModel? before, ISet<string> rds)
    {
        var source = Fingerprint.Of(chain.ToByteArray());
        if (chain.Filters.Count != 1) throw InvalidResourceException.Unsupported($"a filter chain of {chain.Filters.Count} filters");
        var any = chain.Filters[0].TypedConfig ?? throw new InvalidResourceException("a filter without typed_config");
        HttpChainModel? http = null;
        TcpChainModel? tcp = null;
        switch (any.TypeUrl)
        {
            case TypeUrls.HttpConnectionManager:
                http = HttpOf(HttpConnectionManager.Parser.ParseFrom(any.Value), identity, rds);
                break;
            case TypeUrls.TcpProxy:
                tcp = TcpOf(TcpProxy.Parser.ParseFrom(any.Value));
                break;
            default:
                throw InvalidResourceException.Unsupported($"network filter {any.TypeUrl}");
        }
        foreach (var old in before?.Chains ?? [])
            if (old.Source == source && old.Listener == identity && !old.Connections.IsDraining) return old;
        return new FilterChainModel(chain.Name, identity, Match(chain.FilterChainMatch), TlsDecoder.Downstream(chain.TransportSocket, credentials), http, tcp, source);
    }

    private static ChainMatch Match(FilterChainMatch? match)
    {
        if (match is null) return ChainMatch.Everything;
        var transport = match.TransportProtocol switch
        {
            "" => ChainTransport.Any,
            "tls" => ChainTransport.Tls,
            "raw_buffer" => ChainTransport.RawBuffer,
            _ => throw InvalidResourceException.Unsupported($"transport_protocol '{match.TransportProtocol}'"),
        };
        // Envoy knows neither the name of everything nor a wildcard in the middle.
        foreach (var name in match.ServerNames)
            if (name.Length == 0 || name == "*" || name.LastIndexOf('*') > 0) throw new InvalidResourceException($"server_names: '{name}'");
        return new ChainMatch(transport)
        {
            ServerNames = [.. match.ServerNames.Select(n => n.ToLowerInvariant())],
            Ranges = [.. match.PrefixRanges.Select(Range)],
        };
    }

    private static IPNetwork Range(CidrRange range)
    {
        if (!IPAddress.TryParse(range.AddressPrefix, out var address)) throw new InvalidResourceException($"'{range.AddressPrefix}' is not an IP address");
        var bits = address.GetAddressBytes();
        var length = (int)Math.Min(range.PrefixLen ?? 0, (uint)bits.Length * 8);
        // Bits beyond the prefix count for nothing (Envoy).
        for (var i = 0; i < bits.Length; i++) bits[i] &= (byte)(length >= (i + 1) * 8 ? 0xff : length <= i * 8 ? 0 : 0xff << (8 - length % 8));
        return new IPNetwork(new IPAddress(bits), length);
    }

    private HttpChainModel HttpOf(HttpConnectionManager manager, ListenerIdentity identity, ISet<string> rds)
    {
        EnforcedFields.Check(manager);
        InvalidResourceException.ThrowIf(manager.CodecType != HttpConnectionManager.Types.CodecType.Auto, $"codec_type {manager.CodecType}");
        var filters = manager.HttpFilters.Where(f => !f.Disabled).ToArray();
        foreach (var filter in filters)
            if (filter.TypedConfig?.TypeUrl is not (TypeUrls.Router or TypeUrls.Fault or TypeUrls.Cors or TypeUrls.RateLimit or TypeUrls.JwtAuthentication
                or TypeUrls.Buffer))
                throw InvalidResourceException.Unsupported($"HTTP filter {filter.Name} ({filter.TypedConfig?.TypeUrl})");
        var fault = Array.Find(filters, f => f.TypedConfig.TypeUrl == TypeUrls.Fault);
        InvalidResourceException.ThrowIf(manager.ForwardClientCertDetails == HttpConnectionManager.Types.ForwardClientCertDetails.AlwaysForwardOnly, $"forward_client_cert_details {manager.ForwardClientCertDetails}");
        var state = RoutesOf(manager, identity, rds);
        return new HttpChainModel(state)
        {
            Paths = PathsOf(manager),
            StripTrailingDot = manager.StripTrailingHostDot,
            StripAnyPort = manager.HasStripAnyHostPort && manager.StripAnyHostPort,
            IsEdge = isGateway && !identity.IsInbound || manager.UseRemoteAddress == true,
            DescribeClient = manager.ForwardClientCertDetails == HttpConnectionManager.Types.ForwardClientCertDetails.SanitizeSet,
            DescribeCertificate = manager.SetCurrentClientCertDetails is { Cert: true },
            AppendClient = manager.ForwardClientCertDetails == HttpConnectionManager.Types.ForwardClientCertDetails.AppendForward,
            ForwardClient = manager.ForwardClientCertDetails == HttpConnectionManager.Types.ForwardClientCertDetails.ForwardOnly,
            HasFaults = fault is not null,
            Fault = fault is null ? null : FilterDecoder.Fault(HTTPFault.Parser.ParseFrom(fault.TypedConfig.Value)),
            HasCors = Array.Exists(filters, f => f.TypedConfig.TypeUrl == TypeUrls.Cors),
            Tokens = TokensOf(filters),
            Limits = LimitsOf(filters),
            MaxRequestBytes = MaxRequestBytesOf(filters),
            StreamIdleTimeout = (manager.StreamIdleTimeout?.ToTimeSpan() ?? TimeSpan.FromMinutes(5)) is { Ticks: > 0 } idle ? idle : null,
            GenerateRequestId = manager.GenerateRequestId ?? true,
            AcceptsHttp10 = manager.HttpProtocolOptions?.AcceptHttp10 ?? false,
            Upgrades = [.. manager.UpgradeConfigs.Where(u => u.Enabled != false).Select(u => u.UpgradeType)],
            Server = ServerHeader.From(manager),
        };
    }

    private TokenAuthenticator? TokensOf(HttpFilter[] filters)
    {
        var found = Array.FindAll(filters, f => f.TypedConfig.TypeUrl == TypeUrls.JwtAuthentication);
        if (found.Length > 1) throw InvalidResourceException.Unsupported("more than one jwt_authn filter");
        return found.Length == 0 ? null : JwtDecoder.Decode(JwtAuthentication.Parser.ParseFrom(found[0].TypedConfig.Value), tokens, time);
    }

    private RateLimiter? LimitsOf(HttpFilter[] filters)
    {
        var filter = Array.Find(filters, f => f.TypedConfig.TypeUrl == TypeUrls.RateLimit);
        return filter is null ? null : RateLimitDecoder.Decode(RateLimitFilter.Parser.ParseFrom(filter.TypedConfig.Value), limits);
    }

    // Envoy's filter holds the body to know its length; here it passes, and is cut where it is too long.
    private static long? MaxRequestBytesOf(HttpFilter[] filters)
    {
        if (Array.Find(filters, f => f.TypedConfig.TypeUrl == TypeUrls.Buffer) is not { } filter) return null;
        var limit = Envoy.Extensions.Filters.Http.Buffer.V3.Buffer.Parser.ParseFrom(filter.TypedConfig.Value).MaxRequestBytes;
        return limit is > 0 ? limit : throw new InvalidResourceException("a buffer filter without max_request_bytes");
    }

    // The one instance that means nothing is to be done, which costs a request one comparison.
    private static PathPolicy PathsOf(HttpConnectionManager manager)
    {
        var paths = new PathPolicy(manager.NormalizePath ?? false, manager.MergeSlashes, EscapedSlashesOf(manager));
        return paths == PathPolicy.AsWritten ? PathPolicy.AsWritten : paths;
    }

    private static EscapedSlashes EscapedSlashesOf(HttpConnectionManager manager) => manager.PathWithEscapedSlashesAction switch
    {
        HttpConnectionManager.Types.PathWithEscapedSlashesAction.RejectRequest => EscapedSlashes.Reject,
        HttpConnectionManager.Types.PathWithEscapedSlashesAction.UnescapeAndRedirect => EscapedSlashes.Redirect,
        HttpConnectionManager.Types.PathWithEscapedSlashesAction.UnescapeAndForward => EscapedSlashes.Unescape,
        _ => EscapedSlashes.Keep,
    };

    private RouteConfigState RoutesOf(HttpConnectionManager manager, ListenerIdentity identity, ISet<string> rds)
    {
        switch (manager.RouteSpecifierCase)
        {
            case HttpConnectionManager.RouteSpecifierOneofCase.Rds:
                rds.Add(manager.Rds.RouteConfigName);
                return routes(manager.Rds.RouteConfigName);
            case HttpConnectionManager.RouteSpecifierOneofCase.RouteConfig:
                return new RouteConfigState($"{identity.Name} (inline)") { Table = new RouteDecoder(upstreams, statistics, shared, time).Decode(manager.RouteConfig) };
            default:
                throw new InvalidResourceException("an HTTP connection manager without routes");
        }
    }

    private TcpChainModel TcpOf(TcpProxy proxy)
    {
        EnforcedFields.Check(proxy);
        var targets = proxy.ClusterSpecifierCase switch
        {
            TcpProxy.ClusterSpecifierOneofCase.Cluster => new RouteTargets([(Target(proxy.Cluster), 1u)]),
            TcpProxy.ClusterSpecifierOneofCase.WeightedClusters when proxy.WeightedClusters.Clusters.Any(c => c.Weight > 0) =>
                new RouteTargets([.. proxy.WeightedClusters.Clusters.Select(c => (Target(c.Name), c.Weight))]),
            _ => throw new InvalidResourceException("a tcp_proxy without a cluster"),
        };
        // Envoy's default is an hour; zero is never.
        var idle = proxy.IdleTimeout?.ToTimeSpan() ?? TimeSpan.FromHours(1);
        return new TcpChainModel(targets, idle, (int)Math.Max(1, proxy.MaxConnectAttempts ?? 1))
        {
            MaxDuration = proxy.MaxDownstreamConnectionDuration?.ToTimeSpan() is { Ticks: > 0 } duration ? duration : null,
        };
    }

    private RouteTarget Target(string name) => new(upstreams(name), HeaderMutations.None, HeaderMutations.None, null);
}
