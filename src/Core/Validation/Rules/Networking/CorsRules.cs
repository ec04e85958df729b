using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a policy for pages of other origins must satisfy.</summary>
internal static class CorsRules
{
    private static readonly FrozenSet<string> Methods = FrozenSet.ToFrozenSet(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"]);

    public static void Check(CorsPolicy policy, RuleContext context)
    {
        for (var i = 0; i < policy.AllowOrigins.Length; i++) CheckOrigin(policy.AllowOrigins[i], context.Field("allowOrigins").Item(i));
        if (!policy.AllowOrigin.IsEmpty) context.Field("allowOrigin").Warn("deprecated", "Use allowOrigins with exact.");
        for (var i = 0; i < policy.AllowMethods.Length; i++)
            if (!Methods.Contains(policy.AllowMethods[i])) context.Field("allowMethods").Item(i).Error($"unknown method {Names.Quote(policy.AllowMethods[i])}", $"Use one of {string.Join(", ", Methods.Order(StringComparer.Ordinal))}.");
        CheckHeaders(policy.AllowHeaders, context.Field("allowHeaders"));
        CheckHeaders(policy.ExposeHeaders, context.Field("exposeHeaders"));
        if (policy.MaxAge is { } age && age.Ticks % TimeSpan.TicksPerSecond != 0) context.Field("maxAge").Error("must be whole seconds");
        if (policy.AllowCredentials == true && (policy.AllowOrigin.Contains("*") || policy.AllowOrigins.Any(o => o is { Exact: "*" } or { Regex: ".*" })))
            context.Field("allowCredentials").Warn("lets pages of any origin use the visitor's credentials", "Name the origins that may.");
    }

    private static void CheckOrigin(StringMatch origin, RuleContext context)
    {
        if (origin is { Exact: null or "", Prefix: null or "", Regex: null or "" }) context.ErrorOfWhole("must set exact, prefix or regex");
        else if (origin.Regex is { } regex) RegexRules.Check(regex, context.Field("regex"));
    }

    private static void CheckHeaders(ImmutableArray<string> names, RuleContext context)
    {
        for (var i = 0; i < names.Length; i++)
            if (names[i] != "*" && !Names.IsPlainHeaderName(names[i])) context.Item(i).Error($"{Names.Quote(names[i])} is not a header name");
    }
}
