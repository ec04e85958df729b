using System.Collections.Immutable;
using Mesh.Core.Resources.RateLimits;
using Mesh.Core.Validation.Rules.Security;

namespace Mesh.Core.Validation.Rules.RateLimits;

/// <summary>What a RateLimitPolicy must satisfy beyond its fields.</summary>
internal static class RateLimitPolicyRules
{
    private const double MaxRate = 1_000_000;
    // Timestamps of proxies reach no further than a few lifetimes.
    private static readonly TimeSpan LongestFill = TimeSpan.FromDays(3650);

    private static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(31);

    private static readonly ImmutableArray<(string Group, string Kind)> Targets = [("networking.istio.io", "Gateway"), ("", "Service")];

    // Written by the proxy itself, or they would frame the response anew.
    private static readonly string[] OwnHeaders = ["content-length", "transfer-encoding", "connection", "host", "grpc-status", "grpc-message"];

    public static void Check(RateLimitPolicy spec, RuleContext context)
    {
        TargetRules.Check(spec.Selector, null, spec.TargetRefs, context, Targets);
        context.Field("rules").CheckUnique(spec.Rules, r => r.Name, "rule", field: "name");
        for (var i = 0; i < spec.Rules.Length; i++) CheckRule(spec.Rules[i], context.Field("rules").Item(i));
        if (spec.Response is null) return;
        foreach (var (name, value) in spec.Response.Headers)
            CheckHeader(name, value, context.Field("response").Field("headers").Field(name));
    }

    private static void CheckRule(RateLimitRule rule, RuleContext context)
    {
        if (rule.Name.Length > 0 && !Names.IsDns1123Label(rule.Name)) context.Field("name").Error(Names.LabelReason(rule.Name));
        AuthorizationPolicyRules.CheckRule(new() { From = rule.From, To = rule.To, When = rule.When }, context);
        for (var i = 0; i < rule.When.Length; i++) CheckCondition(rule.When[i].Key, context.Field("when").Item(i).Field("key"));
        CheckPeriod(rule, context);
        context.Field("keys").CheckNotEmpty(rule.Keys);
        context.Field("keys").CheckUnique(rule.Keys, k => k, "key");
        for (var i = 0; i < rule.Keys.Length; i++)
            if (rule.Keys[i].Length > 0) RateLimitKeyRules.Check(rule.Keys[i], context.Field("keys").Item(i));
        if (rule is { Keys.IsEmpty: true, MaxKeys: not null }) context.Field("maxKeys").Warn("has no effect without keys", "Remove it, or name keys.");
    }

    private static void CheckPeriod(RateLimitRule rule, RuleContext context)
    {
        if (rule is { Unit: null, Per: null })
        {
            context.ErrorOfWhole("must set unit or per", "Write \"unit: SECOND\" or \"per: 10s\".");
            return;
        }

        var period = RateLimitPeriod.Of(rule);
        if (period > MaxPeriod) context.Field("per").Error($"must be at most {MaxPeriod.TotalDays:0} days");
        else if (period > TimeSpan.Zero && rule.Requests / period.TotalSeconds > MaxRate) context.Field("requests").Error("is more than a million a second");
        else if (period.TotalSeconds * (rule.Burst ?? 0) / Math.Max(1, rule.Requests) > LongestFill.TotalSeconds) context.Field("burst").Error("takes more than ten years to come back");
    }

    // What proxies do not know of a request.
    private static void CheckCondition(string key, RuleContext at)
    {
        if (key == "connection.sni") at.Refuse("connection.sni is not enforced", "Match hosts instead: to.operation.hosts.");
        else if (key.StartsWith("experimental.", StringComparison.Ordinal)) at.Refuse($"{key} is not enforced", "Nothing of the mesh writes such metadata; remove the condition.");
    }

    private static void CheckHeader(string name, string value, RuleContext at)
    {
        if (!Names.IsHeaderName(name)) at.Error($"{Names.Quote(name)} is not a header name");
        else if (OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) at.Error($"{name} is written by the proxy itself", "Remove it.");
        if (value.Any(c => c is < ' ' or > '~')) at.Error("must be of printable ASCII characters");
    }
}
