using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;
using HeaderCase = Envoy.Config.Route.V3.HeaderMatcher.HeaderMatchSpecifierOneofCase;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads retry policies.</summary>
internal static class RetryDecoder
{
    private const string PreviousHosts = "envoy.retry_host_predicates.previous_hosts";
    private const string PreviousPriorities = "envoy.retry_priorities.previous_priorities";

    // Istio asks for a change of priority after every second try.
    private const int PriorityFrequency = 2;

    public static RetryPolicyModel? Decode(RetryPolicy policy, bool isExplicit)
    {
        if (!RetryConditions.TryParse(policy.RetryOn, out var on, out var codes, out var unknown))
            throw InvalidResourceException.Unsupported($"retry_on '{unknown}'");
        var retries = (int)(policy.NumRetries ?? 1);
        if (on == RetryOn.None || retries == 0) return null;
        var interval = Positive(policy.RetryBackOff?.BaseInterval) ?? RetryPolicyModel.DefaultBackOff;
        var limited = policy.RateLimitedRetryBackOff;
        return new RetryPolicyModel
        {
            On = on,
            Retries = retries,
            PerTryTimeout = Positive(policy.PerTryTimeout),
            PerTryIdleTimeout = Positive(policy.PerTryIdleTimeout),
            StatusCodes = [.. policy.RetriableStatusCodes.Select(c => (int)c), .. codes],
            Headers = [.. policy.RetriableHeaders.Select(Header)],
            RequestHeaders = [.. policy.RetriableRequestHeaders.Select(MatcherDecoder.Header)],
            BaseInterval = interval,
            MaxInterval = Positive(policy.RetryBackOff?.MaxInterval) ?? interval * 10,
            ResetHeaders =
            [
                .. limited?.ResetHeaders.Select(h => new ResetHeaderModel(h.Name, h.Format == RetryPolicy.Types.ResetHeaderFormat.UnixTimestamp)) ?? [],
            ],
            MaxResetInterval = Positive(limited?.MaxInterval) ?? TimeSpan.FromSeconds(300),
            MayRepeatHosts = !AvoidsHosts(policy),
            PriorityFrequency = Priorities(policy.RetryPriority),
            IsExplicit = isExplicit,
        };
    }

    private static bool AvoidsHosts(RetryPolicy policy)
    {
        foreach (var predicate in policy.RetryHostPredicate)
            if (predicate.Name != PreviousHosts) throw InvalidResourceException.Unsupported($"retry_host_predicate {predicate.Name}");
        return policy.RetryHostPredicate.Count > 0;
    }

    private static int Priorities(RetryPolicy.Types.RetryPriority? priority)
    {
        if (priority is null) return 0;
        if (priority.Name != PreviousPriorities) throw InvalidResourceException.Unsupported($"retry_priority {priority.Name}");
        // Its settings are a message of one number; another one than Istio's is none we could promise.
        if (priority.TypedConfig is { Value.Length: > 0 } config && !config.Value.Span.SequenceEqual((ReadOnlySpan<byte>)[0x08, PriorityFrequency]))
            throw InvalidResourceException.Unsupported("retry_priority with an update_frequency other than 2");
        return PriorityFrequency;
    }

    private static ResponseHeaderMatch Header(HeaderMatcher matcher)
    {
        if (matcher.Name.Length == 0) throw new InvalidResourceException("a header matcher without a name");
        return matcher.HeaderMatchSpecifierCase switch
        {
            HeaderCase.None => new ResponseHeaderMatch(matcher.Name, null, matcher.InvertMatch),
            HeaderCase.PresentMatch => new ResponseHeaderMatch(matcher.Name, null, matcher.InvertMatch == matcher.PresentMatch),
            HeaderCase.StringMatch => new ResponseHeaderMatch(matcher.Name, MatcherDecoder.String(matcher.StringMatch), matcher.InvertMatch),
            HeaderCase.ExactMatch => new ResponseHeaderMatch(matcher.Name, new StringMatch(StringMatchKind.Exact, matcher.ExactMatch), matcher.InvertMatch),
            _ => throw InvalidResourceException.Unsupported($"retriable_headers {matcher.HeaderMatchSpecifierCase}"),
        };
    }

    private static TimeSpan? Positive(Duration? duration) => duration?.ToTimeSpan() is { Ticks: > 0 } time ? time : null;
}
