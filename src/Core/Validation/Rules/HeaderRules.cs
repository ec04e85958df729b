using System.Text.RegularExpressions;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What changes to headers must satisfy.</summary>
internal static partial class HeaderRules
{
    public static void Check(Headers? headers, RuleContext context)
    {
        CheckOperations(headers?.Request, context.Field("request"));
        CheckOperations(headers?.Response, context.Field("response"));
    }

    private static void CheckOperations(HeaderOperations? operations, RuleContext context)
    {
        if (operations is null) return;
        foreach (var (name, value) in operations.Set) CheckHeader(name, value, context.Field("set").Field(name));
        foreach (var (name, value) in operations.Add) CheckHeader(name, value, context.Field("add").Field(name));
        for (var i = 0; i < operations.Remove.Length; i++) CheckName(operations.Remove[i], context.Field("remove").Item(i));
    }

    private static void CheckHeader(string name, string value, RuleContext context)
    {
        CheckName(name, context);
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) context.Error("contains a line break or null character");
        else if (Substitution().IsMatch(value)) context.Error($"substitution in {Names.Quote(value)} is not supported yet", "Write a literal value; \"%%\" stands for a percent sign.");
    }

    private static void CheckName(string name, RuleContext context)
    {
        if (name.StartsWith(':') || name.Equals("host", StringComparison.OrdinalIgnoreCase)) context.Error($"{Names.Quote(name)} cannot be changed as a header", "Use rewrite.authority or rewrite.uri.");
        else if (!Names.IsHeaderName(name)) context.Error($"{Names.Quote(name)} is not a header name");
    }

    [GeneratedRegex("(?<!%)(%%)*%[A-Z_]+(\\([^)]*\\))?%")]
    private static partial Regex Substitution();
}
