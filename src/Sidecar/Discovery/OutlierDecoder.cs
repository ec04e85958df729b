using System.Globalization;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Common.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Resilience;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using XdsCluster = Envoy.Config.Cluster.V3.Cluster;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads a cluster's outlier detection, with Envoy's defaults for what it leaves out.</summary>
internal static class OutlierDecoder
{
    public static OutlierModel? Decode(XdsCluster cluster, HttpProtocolOptions? options)
    {
        var codes = options?.OutlierDetection?.ErrorMatcher is { } matcher ? Codes(matcher) : null;
        if (cluster.OutlierDetection is not { } detection) return null;
        var defaults = new OutlierModel { Enforcing = [] };
        var baseTime = Time(detection.BaseEjectionTime, defaults.BaseEjectionTime);
        var most = Time(detection.MaxEjectionTime, TimeSpan.FromTicks(Math.Max(defaults.MaxEjectionTime.Ticks, baseTime.Ticks)));
        if (most < baseTime) throw new InvalidResourceException("outlier_detection.max_ejection_time is smaller than base_ejection_time");
        return new OutlierModel
        {
            ConsecutiveServerErrors = Count(detection.Consecutive5Xx, defaults.ConsecutiveServerErrors),
            ConsecutiveGatewayErrors = Count(detection.ConsecutiveGatewayFailure, defaults.ConsecutiveGatewayErrors),
            ConsecutiveLocalFailures = Count(detection.ConsecutiveLocalOriginFailure, defaults.ConsecutiveLocalFailures),
            Interval = Time(detection.Interval, defaults.Interval),
            BaseEjectionTime = baseTime,
            MaxEjectionTime = most,
            MaxEjectionJitter = detection.MaxEjectionTimeJitter?.ToTimeSpan() ?? TimeSpan.Zero,
            MaxEjectionPercent = Math.Min(100, Count(detection.MaxEjectionPercent, defaults.MaxEjectionPercent)),
            AlwaysEjectOne = detection.AlwaysEjectOneHost == true,
            SplitsLocalErrors = detection.SplitExternalLocalOriginErrors,
            SuccessRateMinimumHosts = Count(detection.SuccessRateMinimumHosts, defaults.SuccessRateMinimumHosts),
            SuccessRateVolume = Count(detection.SuccessRateRequestVolume, defaults.SuccessRateVolume),
            SuccessRateStdevFactor = (detection.SuccessRateStdevFactor ?? 1900) / 1000.0,
            FailurePercentageThreshold = Count(detection.FailurePercentageThreshold, defaults.FailurePercentageThreshold),
            FailurePercentageMinimumHosts = Count(detection.FailurePercentageMinimumHosts, defaults.FailurePercentageMinimumHosts),
            FailurePercentageVolume = Count(detection.FailurePercentageRequestVolume, defaults.FailurePercentageVolume),
            Enforcing = Enforcing(detection),
            ErrorCodes = codes,
        };
    }

    // In the order of EjectionKind.
    private static int[] Enforcing(OutlierDetection detection) =>
    [
        Count(detection.EnforcingConsecutive5Xx, 100),
        Count(detection.EnforcingConsecutiveGatewayFailure, 0),
        Count(detection.EnforcingConsecutiveLocalOriginFailure, 100),
        Count(detection.EnforcingSuccessRate, 100),
        Count(detection.EnforcingLocalOriginSuccessRate, 100),
        Count(detection.EnforcingFailurePercentage, 0),
        Count(detection.EnforcingFailurePercentageLocalOrigin, 0),
    ];

    private static HashSet<int> Codes(MatchPredicate matcher)
    {
        var codes = new HashSet<int>();
        foreach (var rule in matcher.RuleCase == MatchPredicate.RuleOneofCase.OrMatch ? [.. matcher.OrMatch.Rules] : new[] { matcher })
        {
            var headers = rule.HttpResponseHeadersMatch?.Headers;
            var text = headers is { Count: 1 } && headers[0].Name == ":status" ? headers[0].StringMatch?.Exact ?? headers[0].ExactMatch : "";
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
                throw InvalidResourceException.Unsupported("outlier_detection.error_matcher other than of exact :status values");
            codes.Add(code);
        }
        return codes;
    }

    private static int Count(uint? value, int otherwise) => (int)Math.Min(value ?? (uint)otherwise, int.MaxValue);

    private static TimeSpan Time(Duration? value, TimeSpan otherwise) =>
        value?.ToTimeSpan() is not { Ticks: > 0 } time ? otherwise : time < ExchangeTimes.Longest ? time : ExchangeTimes.Longest;
}
