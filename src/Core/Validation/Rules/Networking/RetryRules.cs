using System.Collections.Frozen;
using System.Globalization;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a retry policy must satisfy.</summary>
internal static class RetryRules
{
    private static readonly FrozenSet<string> Conditions = FrozenSet.ToFrozenSet(
    [
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream", "retriable-status-codes",
        "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable", "envoy-ratelimited", "retriable-headers",
        "http3-post-connect-failure",
    ]);

    public static void Check(HttpRetry retry, TimeSpan? timeout, RuleContext context)
    {
        if (retry is { Attempts: 0 } and ({ PerTryTimeout: not null } or { RetryOn.Length: > 0 } or { Backoff: not null } or { RetryRemoteLocalities: not null }))
            context.Field("attempts").Error("must be at least 1 when anything else is set", "attempts: 0 alone turns retries off.");
        if (retry.RetryOn.Length > 0) CheckConditions(retry.RetryOn, context.Field("retryOn"));
        if (timeout is { } whole && whole > TimeSpan.Zero && retry.PerTryTimeout > whole)
            context.Field("perTryTimeout").Warn("longer than the timeout of the whole request, which ends the try first");
    }

    private static void CheckConditions(string retryOn, RuleContext at)
    {
        foreach (var condition in retryOn.Split(','))
        {
            if (condition.Length == 0) at.Error("an empty condition", "Conditions are separated by single commas.");
            else if (condition.Trim() != condition) at.Error($"spaces around {Names.Quote(condition.Trim())}", "Conditions are separated by commas alone.");
            else if (!Conditions.Contains(condition) && !IsStatus(condition))
                at.Error($"unknown condition {Names.Quote(condition)}", "Use Envoy's names, such as 5xx, gateway-error, connect-failure, refused-stream, unavailable, or status codes.");
        }
    }

    private static bool IsStatus(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 599;
}
