using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Common.Matcher.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using HttpOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using UserPolicy = Mesh.Core.Resources.Networking.OutlierDetection;

namespace Mesh.Translation.Clusters;

/// <summary>Turns a DestinationRule's outlier detection into Envoy's, as Istio does: what it does not name stays off.</summary>
internal static class OutlierPolicy
{
    private const int DefaultMaxEjectionPercent = 10;

    public static OutlierDetection Translate(UserPolicy policy)
    {
        var detection = new OutlierDetection
        {
            // Comparing endpoints with each other is nothing a DestinationRule asks for.
            EnforcingSuccessRate = 0,
            MaxEjectionPercent = (uint)(policy.MaxEjectionPercent > 0 ? policy.MaxEjectionPercent : DefaultMaxEjectionPercent),
            // With the few endpoints a service mostly has, ten percent of them is less than one.
            AlwaysEjectOneHost = true,
        };
        if (policy.Consecutive5XxErrors() is { } errors)
        {
            detection.Consecutive5Xx = (uint)errors;
            detection.EnforcingConsecutive5Xx = Chance(errors);
        }
        if (policy.GatewayErrors() is { } gateway)
        {
            detection.ConsecutiveGatewayFailure = (uint)gateway;
            detection.EnforcingConsecutiveGatewayFailure = Chance(gateway);
        }
        if (policy.Interval is { } interval) detection.Interval = Duration.FromTimeSpan(interval);
        if (policy.BaseEjectionTime is { } time) detection.BaseEjectionTime = Duration.FromTimeSpan(time);
        if (!policy.SplitExternalLocalOriginErrors) return detection;
        detection.SplitExternalLocalOriginErrors = true;
        detection.EnforcingLocalOriginSuccessRate = 0;
        if (policy.ConsecutiveLocalOriginFailures is > 0 and var failures)
        {
            detection.ConsecutiveLocalOriginFailure = (uint)failures;
            detection.EnforcingConsecutiveLocalOriginFailure = 100;
        }
        return detection;
    }

    /// <summary>Which statuses count as errors; null where the policy leaves that at 5xx.</summary>
    public static HttpOptions.Types.OutlierDetection? ErrorMatcher(UserPolicy? policy)
    {
        if (policy is null || policy.OutlierDetectionHttpErrorCodes.IsDefaultOrEmpty) return null;
        var any = new MatchPredicate.Types.MatchSet();
        foreach (var code in policy.OutlierDetectionHttpErrorCodes.Distinct().Order())
            any.Rules.Add(new MatchPredicate
            {
                HttpResponseHeadersMatch = new HttpHeadersMatch
                {
                    Headers =
                    {
                        new HeaderMatcher { Name = ":status", StringMatch = new() { Exact = code.ToString(CultureInfo.InvariantCulture) } },
                    },
                },
            });
        return new HttpOptions.Types.OutlierDetection { ErrorMatcher = new MatchPredicate { OrMatch = any } };
    }

    // The old field means gateway errors and no others, where the new ones are silent.
    private static int? GatewayErrors(this UserPolicy policy) =>
        policy.ConsecutiveGatewayErrors ?? (policy.ConsecutiveErrors > 0 ? policy.ConsecutiveErrors : null);

    private static int? Consecutive5XxErrors(this UserPolicy policy) =>
        policy.Consecutive5xxErrors ?? (policy is { ConsecutiveErrors: > 0, ConsecutiveGatewayErrors: null } ? 0 : null);

    private static uint Chance(int threshold) => threshold > 0 ? 100u : 0;
}
