using System.Collections.Immutable;
using System.Globalization;
using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules.Security;

/// <summary>What an operation of an AuthorizationPolicy must satisfy.</summary>
internal static class OperationRules
{
    public static void Check(AuthorizationOperation operation, RuleContext context)
    {
        (string Name, ImmutableArray<string> Values, Action<string, RuleContext> Check)[] fields =
        [
            ("hosts", operation.Hosts, MatchWords.CheckWildcard), ("notHosts", operation.NotHosts, MatchWords.CheckWildcard),
            ("ports", operation.Ports, CheckPort), ("notPorts", operation.NotPorts, CheckPort),
            ("methods", operation.Methods, CheckMethod), ("notMethods", operation.NotMethods, CheckMethod),
            ("paths", operation.Paths, CheckPath), ("notPaths", operation.NotPaths, CheckPath),
        ];
        if (Array.TrueForAll(fields, f => f.Values.IsEmpty)) context.ErrorOfWhole("must not be empty", "Remove it to accept any operation.");
        foreach (var (name, values, check) in fields)
        {
            var at = context.Field(name);
            at.CheckNotEmpty(values);
            for (var i = 0; i < values.Length; i++)
                if (values[i].Length > 0) check(values[i], at.Item(i));
        }
    }

    public static void CheckPort(string port, RuleContext context)
    {
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) context.Error($"{Names.Quote(port)} is not a port from 1 to 65535");
        else if (number == 0) context.Warn("never matches: nothing listens on port 0");
    }

    private static void CheckMethod(string method, RuleContext context)
    {
        MatchWords.CheckWildcard(method, context);
        if (method.Any(char.IsAsciiLetterLower)) context.Warn($"never matches: methods are in upper case, {Names.Quote(method)} is not", $"Write {method.ToUpperInvariant()}.");
    }

    private static void CheckPath(string path, RuleContext context)
    {
        if (PathTemplates.IsTemplate(path))
        {
            if (PathTemplates.Problem(path) is { } problem) context.Error($"{Names.Quote(path)} is not a template: {problem}", "In templates {*} is one segment and {**} any number, each alone between slashes.");
            return;
        }

        MatchWords.CheckWildcard(path, context);
        if (path[0] is not ('/' or '*')) context.Warn($"never matches: paths start with \"/\", {Names.Quote(path)} does not");
        if (path.Contains('?', StringComparison.Ordinal)) context.Warn("never matches: paths are compared without the query");
    }
}
