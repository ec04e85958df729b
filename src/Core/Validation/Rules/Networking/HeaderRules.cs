using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What changes to headers must satisfy.</summary>
internal static class HeaderRules
{
    public static void Check(Headers? headers, RuleContext context)
    {
        CheckOperations(headers?.Request, isRequest: true, context.Field("request"));
        CheckOperations(headers?.Response, isRequest: false, context.Field("response"));
    }

    public static bool IsHost(string name) => name is ":authority" || name.Equals("host", StringComparison.OrdinalIgnoreCase);

    private static void CheckOperations(HeaderOperations? operations, bool isRequest, RuleContext context)
    {
        if (operations is null) return;
        var hosts = new List<RuleContext>();
        foreach (var (field, headers) in (ReadOnlySpan<(string, ImmutableSortedDictionary<string, string>)>)[("set", operations.Set), ("add", operations.Add)])
            foreach (var (name, value) in headers)
            {
                var at = context.Field(field).Field(name);
                if (!isRequest || !IsHost(name)) CheckHeader(name, value, at);
                else
                {
                    CheckHostValue(value, at);
                    hosts.Add(at);
                }
            }

        // There is one host: to add it is to set it (Istio).
        if (hosts.Count > 1) hosts[1].Error("the host is set twice", "Host and :authority are the same.");
        for (var i = 0; i < operations.Remove.Length; i++) CheckName(operations.Remove[i], context.Field("remove").Item(i));
    }

    private static void CheckHeader(string name, string value, RuleContext context)
    {
        CheckName(name, context);
        if (value.Any(c => c is < ' ' and not '\t' or (char)127)) context.Error("contains a line break or another control character");
        else HeaderFormatRules.Check(value, context);
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
}
