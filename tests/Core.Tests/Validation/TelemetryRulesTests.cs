using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Validation;

public sealed class TelemetryRulesTests
{
    [Theory]
    [InlineData("tracing: [{providers: [{name: a}], randomSamplingPercentage: 0.5, customTags: {t: {header: {name: x-t, defaultValue: none}}}}]", "")]
    [InlineData("tracing: [{randomSamplingPercentage: 101}]", "E spec.tracing[0].randomSamplingPercentage: must be from 0 to 100, is 101")]
    [InlineData("tracing: [{}, {}]", "W spec.tracing: only one element is used")]
    [InlineData("tracing: [{providers: [{name: a}, {name: b}]}]", "W spec.tracing[0].providers: only one provider is used")]
    [InlineData("tracing: [{providers: [{}]}]", "E spec.tracing[0].providers[0].name: required")]
    [InlineData("tracing: [{customTags: {a: {}}}]", "E spec.tracing[0].customTags.a: must set literal, environment, header or formatter")]
    [InlineData("tracing: [{customTags: {a: {literal: {value: x}, header: {name: z}}}}]", "E spec.tracing[0].customTags.a: only one of literal, header may be set")]
    [InlineData("tracing: [{customTags: {a: {literal: {}}}}]", "E spec.tracing[0].customTags.a.literal.value: required")]
    [InlineData("metrics: [{overrides: [{match: {metric: REQUEST_COUNT, mode: SERVER}, tagOverrides: {a: {operation: REMOVE}, b: {value: \"request.host + 'x'\"}}}]}]", "")]
    [InlineData("metrics: [{overrides: [{match: {metric: REQUEST_COUNT, customMetric: x}}]}]", "E spec.metrics[0].overrides[0].match: only one of metric, customMetric may be set")]
    [InlineData("metrics: [{overrides: [{match: {customMetric: \"\"}}]}]", "E spec.metrics[0].overrides[0].match.customMetric: must not be empty")]
    [InlineData("metrics: [{overrides: [{tagOverrides: {a: {operation: UPSERT}}}]}]", "E spec.metrics[0].overrides[0].tagOverrides.a.value: required for UPSERT")]
    [InlineData("metrics: [{overrides: [{tagOverrides: {a: {operation: REMOVE, value: b}}}]}]", "E spec.metrics[0].overrides[0].tagOverrides.a.value: REMOVE takes no value")]
    [InlineData("metrics: [{overrides: [{tagOverrides: {a: {value: \"request.\"}}}]}]", "E spec.metrics[0].overrides[0].tagOverrides.a.value: not a CEL expression: it ends too early")]
    [InlineData("accessLogging: [{filter: {expression: \"response.code >= 400\"}, match: {mode: CLIENT}}]", "")]
    [InlineData("accessLogging: [{filter: {expression: \"response.code >\"}}]", "E spec.accessLogging[0].filter.expression: not a CEL expression: it ends too early")]
    [InlineData("selector: {matchLabels: {a: b}}\ntargetRef: {kind: Service, name: a}", "E spec: only one of selector, targetRef may be set")]
    public void Telemetry(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("Telemetry", spec));

    [Theory]
    [InlineData("a")]
    [InlineData("connection.mtls && request.url_path.contains('v1beta3')")]
    [InlineData("!has(request.useragent) || !(request.useragent.startsWith(\"Amazon\"))")]
    [InlineData("response.code in [200, 0x1F, 3u, 1.5e3] ? {'a': 1}.a : -x % 2 == 0")]
    [InlineData("r'raw\\d' + b\"bytes\" + '''many\nlines''' + \"esc\\\"aped\"")]
    [InlineData("request.headers['x-a'].matches('^a') // why")]
    [InlineData("google.rpc.Status{code: 5}.code > 1")]
    public void CelSyntax_Expressions_AreAccepted(string expression) => Assert.Null(CelSyntax.Problem(expression));

    [Theory]
    [InlineData("", "it ends too early")]
    [InlineData("a b", "unexpected \"b\" at character 3")]
    [InlineData("a ==", "it ends too early")]
    [InlineData("(a", "\")\" is missing at character 3")]
    [InlineData("'a", "the string at character 1 has no end")]
    [InlineData("'a\\", "the string at character 1 has no end")]
    [InlineData("[1, 2", "\"]\" is missing at character 6")]
    [InlineData("1a", "unexpected \"a\" at character 2")]
    [InlineData("a ? b", "\":\" is missing at character 6")]
    [InlineData("=a", "unexpected \"=\" at character 1")]
    public void CelSyntax_OtherTexts_AreRefusedWithThePlace(string expression, string problem) => Assert.Equal(problem, CelSyntax.Problem(expression));

    [Fact]
    public void CelSyntax_NestedTooDeep_IsRefused() => Assert.Equal("nested more than 100 levels deep", CelSyntax.Problem(new string('(', 100_000)));
}
