using System.Collections.Immutable;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What <c>exportTo</c> may say.</summary>
internal static class ExportRules
{
    private const string Form = "Write a namespace, \".\" for the object's own or \"*\" for all.";

    /// <summary><c>~</c>, nobody, only makes sense for a service that is called by its own proxies.</summary>
    public static void Check(ImmutableArray<string> exportTo, RuleContext context, bool allowNone = false)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < exportTo.Length; i++)
        {
            var scope = exportTo[i];
            var at = context.Item(i);
            if (scope == "~" && !allowNone) at.Error("\"~\", to nobody, is for ServiceEntry only", Form);
            else if (scope is not ("*" or "." or "~") && !Names.IsDns1123Label(scope)) at.Error($"{Names.Quote(scope)} is not a namespace", Form);
            else if (scope is "*" or "~" && exportTo.Length > 1) at.Error($"{Names.Quote(scope)} cannot be combined with others");
            else if (!seen.Add(scope == "." ? context.Metadata.Namespace : scope)) at.Error($"{Names.Quote(scope)} is given twice", "\".\" is the object's own namespace.");
        }
    }
}
