using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What settings for ejecting endpoints must satisfy.</summary>
internal static class OutlierRules
{
    /// <summary>What counts 5xx responses when nothing is said.</summary>
    private const int Default5xx = 5;

    public static void Check(OutlierDetection outlier, RuleContext context)
    {
        if (outlier.ConsecutiveErrors != 0) context.Field("consecutiveErrors").Warn("deprecated, and for 502, 503 and 504 only", "Use consecutiveGatewayErrors, with consecutive5xxErrors: 0 if no other error shall count.");
        if (outlier is { SplitExternalLocalOriginErrors: false, ConsecutiveLocalOriginFailures: > 0 })
            context.Field("consecutiveLocalOriginFailures").Error("needs splitExternalLocalOriginErrors: true");
        var all = outlier.Consecutive5xxErrors ?? Default5xx;
        if (outlier.ConsecutiveGatewayErrors > all && all > 0)
            context.Field("consecutiveGatewayErrors").Warn($"has no effect: {all} errors 5xx in a row come first, and gateway errors are among them", "Make it smaller than consecutive5xxErrors.");
    }
}
