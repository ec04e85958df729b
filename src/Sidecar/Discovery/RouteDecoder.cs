using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;
using XdsRoute = Envoy.Config.Route.V3.Route;

namespace Mesh.Sidecar.Discovery;

/// <summary>Compiles route configurations. <paramref name="upstreams"/> gives the state of an upstream by name, known or not yet.</summary>
internal sealed class RouteDecoder(Func<string, UpstreamState> upstreams, RouteStatistics statistics, TimeProvider time)
{
    /// <summary>Envoy's, where the configuration does not say.</summary>
    private const uint MaxDirectBody = 4096;

    private readonly HeaderDecoder _headers = new(time);

    public RouteTable Decode(RouteConfiguration config)
    {
        EnforcedFields.Check(config);
        var hosts = new List<VirtualHostModel>();
        var domains = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var host in config.VirtualHosts)
        {
            foreach (var domain in host.Domains)
                if (!domains.Add(domain)) throw new InvalidResourceException($"domain '{domain}' appears twice");
            hosts.Add(Host(host, config));
        }
        return new RouteTable(config.Name, hosts, config.IgnorePortInHostMatching);
    }

    private VirtualHostModel Host(VirtualHost host, RouteConfiguration config)
    {
        var routes = new RouteModel[host.Routes.Count];
        for (var i = 0; i < routes.Length; i++)
        {
            try
            {
                routes[i] = Route(host.Routes[i], host, config);
            }
            catch (InvalidResourceException e)
            {
                throw new InvalidResourceException($"virtual host '{host.Name}', route {i} '{host.Routes[i].Name}': {e.Message}");
            }
        }
        return new VirtualHostModel(host.Name, [.. host.Domains], routes);
    }

    private RouteModel Route(XdsRoute route, VirtualHost host, RouteConfiguration config)
    {
        if (route.Match is not { } match) throw new InvalidResourceException("a route without a match");
        var model = new RouteModel
        {
            Name = route.Name,
            Path = Path(match),
            Headers = [.. match.Headers.Select(MatcherDecoder.Header)],
            Query = [.. match.QueryParameters.Select(MatcherDecoder.Query)],
            GrpcOnly = match.Grpc is not null,
            Fraction = FilterDecoder.Fraction(match.RuntimeFraction),
            Statistics = route.StatPrefix.Length > 0 ? statistics.For(host.Name, route.StatPrefix) : null,
            MostSpecificLast = config.MostSpecificHeaderMutationsWins,
            RequestHeaders = Levels(config.MostSpecificHeaderMutationsWins,
                (route.RequestHeadersToAdd, route.RequestHeadersToRemove), (host.RequestHeadersToAdd, host.RequestHeadersToRemove),
                (config.RequestHeadersToAdd, config.RequestHeadersToRemove)),
            ResponseHeaders = Levels(config.MostSpecificHeaderMutationsWins,
                (route.ResponseHeadersToAdd, route.ResponseHeadersToRemove), (host.ResponseHeadersToAdd, host.ResponseHeadersToRemove),
                (config.ResponseHeadersToAdd, config.ResponseHeadersToRemove)),
        };
        model = FilterDecoder.Apply(model, route.TypedPerFilterConfig, host.TypedPerFilterConfig, config.TypedPerFilterConfig);
        return route.ActionCase switch
        {
            XdsRoute.ActionOneofCase.Route_ => RouteActionDecoder.Apply(model, route, host, config, upstreams, _headers),
            // CORS is for what is forwarded (Envoy).
            XdsRoute.ActionOneofCase.Redirect => model with { Redirect = Redirect(route.Redirect), Cors = null },
            XdsRoute.ActionOneofCase.DirectResponse => model with
            {
                DirectResponse = Direct(route.DirectResponse, config.MaxDirectResponseBodySizeBytes ?? MaxDirectBody), Cors = null,
            },
            _ => throw InvalidResourceException.Unsupported($"action {route.ActionCase}"),
        };
    }

    private static PathMatch Path(RouteMatch match)
    {
        var sensitive = match.CaseSensitive ?? true;
        return match.PathSpecifierCase switch
        {
            RouteMatch.PathSpecifierOneofCase.Prefix => new PathMatch(PathMatchKind.Prefix, match.Prefix, sensitive),
            RouteMatch.PathSpecifierOneofCase.Path => new PathMatch(PathMatchKind.Exact, match.Path, sensitive),
            RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix => new PathMatch(PathMatchKind.SegmentPrefix, match.PathSeparatedPrefix, sensitive),
            RouteMatch.PathSpecifierOneofCase.SafeRegex => MatcherDecoder.Guard(
                match.SafeRegex.Regex, () => new PathMatch(PathMatchKind.Regex, match.SafeRegex.Regex, sensitive)),
            _ => throw InvalidResourceException.Unsupported($"match.{match.PathSpecifierCase}"),
        };
    }

    private HeaderMutations[] Levels(bool mostSpecificLast, params (IEnumerable<HeaderValueOption> Add, IEnumerable<string> Remove)[] levels)
    {
        if (mostSpecificLast) Array.Reverse(levels);
        return [.. levels.Select(l => _headers.Mutations(l.Add, l.Remove)).Where(m => !m.IsEmpty)];
    }

    private static RedirectModel Redirect(RedirectAction redirect)
    {
        var scheme = redirect.SchemeRewriteSpecifierCase switch
        {
            RedirectAction.SchemeRewriteSpecifierOneofCase.HttpsRedirect when redirect.HttpsRedirect => "https",
            RedirectAction.SchemeRewriteSpecifierOneofCase.SchemeRedirect => redirect.SchemeRedirect,
            _ => null,
        };
        var rewrite = redirect.PathRewriteSpecifierCase switch
        {
            RedirectAction.PathRewriteSpecifierOneofCase.PrefixRewrite => new PathRewrite(redirect.PrefixRewrite, null, ""),
            RedirectAction.PathRewriteSpecifierOneofCase.RegexRewrite => RouteActionDecoder.Substitute(redirect.RegexRewrite),
            _ => null,
        };
        var status = redirect.ResponseCode switch
        {
            RedirectAction.Types.RedirectResponseCode.Found => 302,
            RedirectAction.Types.RedirectResponseCode.SeeOther => 303,
            RedirectAction.Types.RedirectResponseCode.TemporaryRedirect => 307,
            RedirectAction.Types.RedirectResponseCode.PermanentRedirect => 308,
            _ => 301,
        };
        var path = redirect.PathRewriteSpecifierCase == RedirectAction.PathRewriteSpecifierOneofCase.PathRedirect ? redirect.PathRedirect : null;
        return new RedirectModel(status, scheme, redirect.HostRedirect is { Length: > 0 } host ? host : null, (int)redirect.PortRedirect, path,
            rewrite, redirect.StripQuery);
    }

    private static DirectResponseModel Direct(DirectResponseAction direct, uint limit)
    {
        if (direct.Status is < 200 or >= 600) throw new InvalidResourceException($"direct_response.status {direct.Status}: it must be from 200 to 599");
        var body = direct.Body?.SpecifierCase switch
        {
            null or DataSource.SpecifierOneofCase.None => [],
            DataSource.SpecifierOneofCase.InlineString => System.Text.Encoding.UTF8.GetBytes(direct.Body.InlineString),
            DataSource.SpecifierOneofCase.InlineBytes => direct.Body.InlineBytes.ToByteArray(),
            _ => throw InvalidResourceException.Unsupported("direct_response.body from a file or variable"),
        };
        if (body.Length > limit) throw new InvalidResourceException($"direct_response.body has {body.Length} bytes, more than {limit}");
        return new DirectResponseModel((int)direct.Status, body);
    }
}
