using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What a CORS filter must satisfy.</summary>
internal static partial class CorsFilterRules
{
    private static readonly ImmutableArray<string> Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"];

    public static void Check(HttpCorsFilter cors, RuleContext context)
    {
        CheckAlone(cors.AllowOrigins, context.Field("allowOrigins"));
        CheckAlone(cors.AllowMethods, context.Field("allowMethods"));
        CheckAlone(cors.AllowHeaders, context.Field("allowHeaders"));
        CheckAlone(cors.ExposeHeaders, context.Field("exposeHeaders"));
        for (var i = 0; i < cors.AllowOrigins.Length; i++)
            if (cors.AllowOrigins[i] != "*" && !Origin().IsMatch(cors.AllowOrigins[i])) context.Field("allowOrigins").Item(i).Error($"{Names.Quote(cors.AllowOrigins[i])} is not an origin", "Write \"https://example.com\" or \"https://*.example.com:8443\".");
        for (var i = 0; i < cors.AllowMethods.Length; i++) context.Field("allowMethods").Item(i).CheckWord(cors.AllowMethods[i], Methods);
        CheckHeaders(cors.AllowHeaders, context.Field("allowHeaders"));
        CheckHeaders(cors.ExposeHeaders, context.Field("exposeHeaders"));
    }

    private static void CheckAlone(ImmutableArray<string> values, RuleContext context)
    {
        if (values.Length > 1 && values.Contains("*")) context.Error("\"*\" cannot be combined with others");
        context.CheckUnique(values, v => v, "value");
    }

    private static void CheckHeaders(ImmutableArray<string> names, RuleContext context)
    {
        for (var i = 0; i < names.Length; i++)
            if (!Names.IsHeaderName(names[i])) context.Item(i).Error($"{Names.Quote(names[i])} is not a header name");
    }

    [GeneratedRegex(@"\Ahttps?://(\*|(\*\.)?([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+)(:[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Origin();
}
