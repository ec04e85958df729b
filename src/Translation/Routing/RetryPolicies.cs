using System.Globalization;
using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Routing;

/// <summary>The retry policy of a route: the rule's own, else the mesh's.</summary>
internal static class RetryPolicies
{
    private const string DefaultConditions = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes";
    private static readonly HttpRetry MeshDefault = new() { Attempts = 2 };

    /// <summary>Sets it; a rule's own policy is marked, because only it may repeat requests that are not idempotent.</summary>
    public static void Apply(Route route, RouteAction action, HttpRetry? own, HttpRetry? meshWide)
    {
        var retries = own ?? meshWide ?? MeshDefault;
        if (retries.Attempts > 0) action.RetryPolicy = Build(retries);
        if (own is null) return;
        route.Metadata ??= new();
        route.Metadata.FilterMetadata.Add("mesh.dev", Structs.Of("retries", "explicit"));
    }

    private static RetryPolicy Build(HttpRetry retries)
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
        policy.RetryHostPredicate.Add(new RetryPolicy.Types.RetryHostPredicate { Name = "envoy.retry_host_predicates.previous_hosts" });
        return policy;
    }

    private static string Conditions(HttpRetry retries) => retries.RetryOn.Length > 0 ? retries.RetryOn : DefaultConditions;
}
