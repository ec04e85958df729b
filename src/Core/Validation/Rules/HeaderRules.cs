using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What changes to headers must satisfy.</summary>
internal static class HeaderRules
{
    public static void Check(Headers? headers, RuleContext context)
    {
        CheckOperations(headers?.Request, isRequest: true, context.Field("request"));
        CheckOperations(headers?.Response, isRequest: false, context.Field("response"));
    }

    private static void CheckOperations(HeaderOperations? operations, bool isRequest, RuleContext context)
    {
        if (operations is null) return;
        foreach (var (name, value) in operations.Set)
        {
            var at = context.Field("set").Field(name);
            if (isRequest && IsHost(name)) CheckHostValue(value, at);
            else CheckHeader(name, value, at);
        }

        foreach (var (name, value) in operations.Add) CheckHeader(name, value, context.Field("add").Field(name));
        for (var i = 0; i < operations.Remove.Length; i++) CheckName(operations.Remove[i], context.Field("remove").Item(i));
    }

    private static void CheckHeader(string name, string value, RuleContext context)
    {
        CheckName(name, context);
        if (value.Any(c => c is '\r' or '\n' or '\0')) context.Error("contains a line break or null character");
        else if (value.Replace("%%", "", StringComparison.Ordinal).Contains('%', StringComparison.Ordinal))
            context.Error($"substitution in {Names.Quote(value)} is not supported yet", "Write a literal value; \"%%\" stands for a percent sign.");
    }

    private static void CheckHostValue(string value, RuleContext context)
    {
        if (!Hosts.IsAuthority(value)) context.Error($"{Names.Quote(value)} is not a host with an optional port");
    }

    private static void CheckName(string name, RuleContext context)
    {
        if (name.StartsWith(':') || IsHost(name)) context.Error($"{Names.Quote(name)} cannot be changed here", "Use rewrite, or request.set for the host.");
        else if (!Names.IsHeaderName(name)) context.Error($"{Names.Quote(name)} is not a header name");
    }

    private static bool IsHost(string name) => name is ":authority" || name.Equals("host", StringComparison.OrdinalIgnoreCase);
}
