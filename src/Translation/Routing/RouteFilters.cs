using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Common.Fault.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Wire;
using CorsPolicy = Mesh.Core.Resources.Networking.CorsPolicy;
using XdsCorsPolicy = Envoy.Extensions.Filters.Http.Cors.V3.CorsPolicy;
using XdsStringMatcher = Envoy.Type.Matcher.V3.StringMatcher;

namespace Mesh.Translation.Routing;

/// <summary>What a rule says to HTTP filters: deliberate faults, and which origins may read responses.</summary>
internal static class RouteFilters
{
    public const string Fault = "envoy.filters.http.fault";
    public const string Cors = "envoy.filters.http.cors";

    public static void Apply(Route route, HttpRoute rule)
    {
        if (rule.Fault is { } fault) route.TypedPerFilterConfig.Add(Fault, Packing.Pack(Translate(fault)));
        if (rule.CorsPolicy is { } cors) route.TypedPerFilterConfig.Add(Cors, Packing.Pack(Translate(cors)));
    }

    private static HTTPFault Translate(HttpFaultInjection fault)
    {
        var result = new HTTPFault();
        if (fault.Delay is { FixedDelay: { } delay } delayed)
            result.Delay = new FaultDelay { FixedDelay = Duration.FromTimeSpan(delay), Percentage = Shares.Of(delayed.Percentage, delayed.Percent) };
        if (fault.Abort is { } abort)
        {
            var percentage = Shares.Of(abort.Percentage, abort.Percent);
            if (abort.HttpStatus is { } status) result.Abort = new FaultAbort { HttpStatus = (uint)status, Percentage = percentage };
            else if (abort.GrpcStatus is { } name) result.Abort = new FaultAbort { GrpcStatus = GrpcStatuses.Number(name), Percentage = percentage };
        }
        return result;
    }

    private static XdsCorsPolicy Translate(CorsPolicy policy)
    {
        var result = new XdsCorsPolicy
        {
            AllowMethods = Joined(policy.AllowMethods),
            AllowHeaders = Joined(policy.AllowHeaders),
            ExposeHeaders = Joined(policy.ExposeHeaders),
            MaxAge = policy.MaxAge is { } age ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture) : "",
            AllowCredentials = policy.AllowCredentials,
            FilterEnabled = Shares.Runtime(100),
            ForwardNotMatchingPreflights = policy.UnmatchedPreflights != UnmatchedPreflights.Ignore,
        };
        // As in Istio, the newer field alone counts where both are there.
        if (policy.AllowOrigins.Length > 0) result.AllowOriginStringMatch.AddRange(policy.AllowOrigins.Select(MatchTranslator.Text));
        else result.AllowOriginStringMatch.AddRange(policy.AllowOrigin.Select(o => new XdsStringMatcher { Exact = o }));
        return result;
    }

    private static string Joined(IEnumerable<string> names) => string.Join(',', names);
}
