using System.Globalization;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Routing;

/// <summary>The retry policy of a route: the rule's own, else the mesh's.</summary>
internal static class RetryPolicies
{
    private const string DefaultConditions = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
    private static readonly HttpRetry MeshDefault = new() { Attempts = 2 };

    // A named time is waited for up to this; an upstream that needs longer is not the one to wait for.
    private static readonly Duration LongestReset = Duration.FromTimeSpan(TimeSpan.FromSeconds(10));

    /// <summary>
    /// Sets it; a rule's own policy is marked, because only it may repeat requests that are not idempotent, unless the whole mesh is to do
    /// as Istio does.
    /// </summary>
    public static void Apply(Route route, RouteAction action, HttpRetry? own, MeshSettings settings)
    {
        var retries = own ?? settings.DefaultRetries ?? MeshDefault;
        if (retries.Attempts > 0) action.RetryPolicy = Build(retries, avoidsHosts: retries.RetryIgnorePreviousHosts ?? !IsHashed(action));
        if (own is null && !settings.RetriesAnyMethod) return;
        route.Metadata ??= new();
        route.Metadata.FilterMetadata.Add("mesh.dev", Structs.Of("retries", "explicit"));
    }

    /// <summary>As in Istio, a key's requests do not leave their endpoint for a retry, unless the rule says so.</summary>
    private static bool IsHashed(RouteAction action) => action.HasCluster && action.HashPolicy.Count > 0;

    private static RetryPolicy Build(HttpRetry retries, bool avoidsHosts)
    {
        var policy = new RetryPolicy { NumRetries = (uint)retries.Attempts, HostSelectionRetryMaxAttempts = 5 };
        var conditions = new List<string>();
        foreach (var part in Conditions(retries).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var status)) policy.RetriableStatusCodes.Add(status);
            else if (!conditions.Contains(part)) conditions.Add(part);
        }
        if (retries.RetryOn.Length == 0) policy.RetriableStatusCodes.Add(503);
        if (policy.RetriableStatusCodes.Count > 0 && !conditions.Contains("retriable-status-codes")) conditions.Add("retriable-status-codes");
        policy.RetryOn = string.Join(',', conditions);
        if (retries.PerTryTimeout is { } perTry) policy.PerTryTimeout = Duration.FromTimeSpan(perTry);
        if (avoidsHosts)
            policy.RetryHostPredicate.Add(new RetryPolicy.Types.RetryHostPredicate { Name = "envoy.retry_host_predicates.previous_hosts" });
        if (retries.RetryRemoteLocalities == true)
            policy.RetryPriority = new RetryPolicy.Types.RetryPriority { Name = "envoy.retry_priorities.previous_priorities" };
        if (retries.Backoff is { } backoff) policy.RetryBackOff = new RetryPolicy.Types.RetryBackOff { BaseInterval = Duration.FromTimeSpan(backoff) };
        policy.RateLimitedRetryBackOff = new RetryPolicy.Types.RateLimitedRetryBackOff { MaxInterval = LongestReset };
        policy.RateLimitedRetryBackOff.ResetHeaders.Add(new RetryPolicy.Types.ResetHeader { Name = "retry-after" });
        policy.RateLimitedRetryBackOff.ResetHeaders.Add(new RetryPolicy.Types.ResetHeader
        {
            Name = "x-ratelimit-reset", Format = RetryPolicy.Types.ResetHeaderFormat.UnixTimestamp,
        });
        return policy;
    }

    private static string Conditions(HttpRetry retries) => retries.RetryOn.Length > 0 ? retries.RetryOn : DefaultConditions;
}
