using System.Collections.Immutable;

namespace Mesh.Core.Validation.Rules;

/// <summary>What <c>exportTo</c> may say.</summary>
internal static class ExportRules
{
    public static void Check(ImmutableArray<string> exportTo, RuleContext context)
    {
        for (var i = 0; i < exportTo.Length; i++)
        {
            if (exportTo[i] is not ("*" or "." or "~") && !Names.IsDns1123Label(exportTo[i]))
                context.Item(i).Error($"{Names.Quote(exportTo[i])} is not a namespace", "Write a namespace, \".\" for the object's own or \"*\" for all.");
            else if (exportTo[i] is "*" or "~" && exportTo.Length > 1) context.Item(i).Error($"{Names.Quote(exportTo[i])} cannot be combined with others");
        }
    }
}
