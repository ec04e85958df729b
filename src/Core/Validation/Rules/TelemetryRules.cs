using System.Collections.Immutable;
using Mesh.Core.Resources.Telemetry;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a Telemetry must satisfy beyond its fields.</summary>
internal static class TelemetryRules
{
    public static void Check(Telemetry spec, RuleContext context)
    {
        TargetRules.Check(spec.Selector, spec.TargetRef, spec.TargetRefs, context);
        if (spec.Tracing.Length > 1) context.Field("tracing").Warn("only one element is used");
        for (var i = 0; i < spec.Tracing.Length; i++) CheckTracing(spec.Tracing[i], context.Field("tracing").Item(i));
        for (var i = 0; i < spec.Metrics.Length; i++) CheckMetrics(spec.Metrics[i], context.Field("metrics").Item(i));
        for (var i = 0; i < spec.AccessLogging.Length; i++)
        {
            var at = context.Field("accessLogging").Item(i);
            CheckProviders(spec.AccessLogging[i].Providers, at);
            if (spec.AccessLogging[i].Filter is { } filter) CheckExpression(filter.Expression, at.Field("filter").Field("expression"));
        }
    }

    /// <summary>Tags by name, also those of a proxy's settings.</summary>
    public static void CheckTags(ImmutableSortedDictionary<string, TracingCustomTag> tags, RuleContext context)
    {
        foreach (var (name, tag) in tags)
        {
            if (name.Length == 0) context.Error("a tag must have a name");
            if (tag is { Literal: null, Environment: null, Header: null, Formatter: null }) context.Field(name).ErrorOfWhole("must set literal, environment, header or formatter");
            if (tag.Header is { Name.Length: > 0 } header && !Names.IsHeaderName(header.Name)) context.Field(name).Field("header").Field("name").Error($"{Names.Quote(header.Name)} is not a header name");
        }
    }

    private static void CheckTracing(TelemetryTracing tracing, RuleContext context)
    {
        if (tracing.Providers.Length > 1) context.Field("providers").Warn("only one provider is used");
        CheckProviders(tracing.Providers, context);
        CheckTags(tracing.CustomTags, context.Field("customTags"));
    }

    private static void CheckMetrics(TelemetryMetrics metrics, RuleContext context)
    {
        CheckProviders(metrics.Providers, context);
        for (var i = 0; i < metrics.Overrides.Length; i++)
        {
            var at = context.Field("overrides").Item(i);
            if (metrics.Overrides[i].Match?.CustomMetric is "") at.Field("match").Field("customMetric").Error("must not be empty");
            foreach (var (label, tag) in metrics.Overrides[i].TagOverrides)
            {
                if (label.Length == 0) at.Field("tagOverrides").Warn("a label must have a name");
                CheckTag(tag, at.Field("tagOverrides").Field(label));
            }
        }
    }

    private static void CheckTag(TagOverride tag, RuleContext context)
    {
        var value = context.Field("value");
        if (tag.Operation == TagOperation.Remove)
        {
            if (tag.Value.Length > 0) value.Error("REMOVE takes no value", "Remove the value, or use UPSERT.");
        }
        else if (tag.Value.Length == 0)
        {
            value.ErrorOfWhole("required for UPSERT");
        }
        else
        {
            CheckExpression(tag.Value, value);
        }
    }

    private static void CheckProviders(ImmutableArray<ProviderRef> providers, RuleContext context) =>
        context.Field("providers").CheckUnique(providers, p => p.Name, "provider", field: "name");

    private static void CheckExpression(string expression, RuleContext context)
    {
        if (CelSyntax.Problem(expression) is { } problem) context.Error($"not a CEL expression: {problem}");
    }
}
