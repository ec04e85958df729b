using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Routing;
using Mesh.Sidecar.Telemetry;
using XdsRoute = Envoy.Config.Route.V3.Route;

namespace Mesh.Sidecar.Discovery;

/// <summary>Compiles route configurations.</summary>
/// <param name="upstreams">The state of an upstream by name.</param>
/// <param name="statistics">Counters of routes that ask for them.</param>
/// <param name="shared">Where equal parts are kept once.</param>
/// <param name="time">For formatters of headers.</param>
/// <param name="names">The text of a name that is kept elsewhere too; null: there is none.</param>
internal sealed class RouteDecoder(
    Func<string, UpstreamState> upstreams, RouteStatistics statistics, SharedParts shared, TimeProvider time, Func<string, string>? names = null)
{
    /// <summary>Envoy's, where the configuration does not say.</summary>
    private const uint MaxDirectBody = 4096;

    // What nearly every service has.
    private static readonly PathMatch AnyPath = new(PathMatchKind.Prefix, "/", caseSensitive: true);

    private readonly HeaderDecoder _headers = new(time);

    /// <summary>One that stands within another resource.</summary>
    public RouteTable Decode(RouteConfiguration config) => Decode(config.Name, config.ToByteString(), null, static _ => null);

    /// <summary>
    /// Reads <paramref name="source"/>, whose name must be <paramref name="name"/>. Virtual hosts with the same routes as in <paramref name="before"/>, or as
    /// <paramref name="elsewhere"/> under their name, are taken from there.
    /// </summary>
    public RouteTable Decode(string name, ByteString source, RouteTable? before, Func<string, VirtualHostModel?> elsewhere)
    {
        var (config, configFingerprint, parts) = RouteConfigurationParts.Read(source);
        if (config.Name != name) throw new InvalidResourceException($"its name is '{config.Name}'");
        EnforcedFields.Check(config);
        var known = new Dictionary<UInt128, VirtualHostModel>();
        foreach (var host in before?.Hosts ?? []) known.TryAdd(host.Source, host);
        var hosts = new List<(VirtualHostModel, IReadOnlyList<string>)>(parts.Count);
        var claimed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            foreach (var domain in part.Domains)
                if (!claimed.Add(domain)) throw new InvalidResourceException($"domain '{domain}' appears twice");
            // A virtual host's routes also hold what the configuration says for all.
            var fingerprint = part.Routes ^ configFingerprint;
            var model = known.GetValueOrDefault(fingerprint);
            if (model is null && elsewhere(part.Name) is { } other && other.Source == fingerprint) model = other;
            hosts.Add((model ?? Host(part.Source, i, config, fingerprint), part.Domains));
        }
        // The caller's text for the name, which stands in many places.
        return new RouteTable(name, hosts, config.IgnorePortInHostMatching);
    }

    private VirtualHostModel Host(ByteString source, int index, RouteConfiguration config, UInt128 fingerprint)
    {
        var host = VirtualHost.Parser.ParseFrom(source);
        EnforcedFields.Check(host, "virtual_hosts", index);
        var routes = new RouteModel[host.Routes.Count];
        for (var i = 0; i < routes.Length; i++)
        {
            try
            {
                var route = Route(host.Routes[i], host, config);
                routes[i] = route with { Settings = shared.Share(route.Settings) };
            }
            catch (InvalidResourceException e)
            {
                throw new InvalidResourceException($"virtual host '{host.Name}', route {i} '{host.Routes[i].Name}': {e.Message}");
            }
        }
        if (host.RequireTls == VirtualHost.Types.TlsRequirementType.ExternalOnly) throw InvalidResourceException.Unsupported("require_tls EXTERNAL_ONLY");
        return new VirtualHostModel(names?.Invoke(host.Name) ?? host.Name, routes, fingerprint) { RequiresTls = host.RequireTls == VirtualHost.Types.TlsRequirementType.All };
    }

    private RouteModel Route(XdsRoute route, VirtualHost host, RouteConfiguration config)
    {
        if (route.Match is not { } match) throw new InvalidResourceException("a route without a match");
        var model = new RouteModel
        {
            Name = shared.Share(route.Name),
            Path = Path(match),
            Settings = new RouteSettings
            {
                Headers = [.. match.Headers.Select(MatcherDecoder.Header)],
                Query = [.. match.QueryParameters.Select(MatcherDecoder.Query)],
                Claims = [.. match.DynamicMetadata.Select(RbacDecoder.Claim)],
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
            },
        };
        model = FilterDecoder.Apply(model, route.TypedPerFilterConfig, host.TypedPerFilterConfig, config.TypedPerFilterConfig);
        return route.ActionCase switch
        {
            XdsRoute.ActionOneofCase.Route_ => RouteActionDecoder.Apply(model, route, host, config, upstreams, _headers, shared),
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
        if (match.PathSpecifierCase == RouteMatch.PathSpecifierOneofCase.Prefix && match.Prefix == "/" && sensitive) return AnyPath;
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
