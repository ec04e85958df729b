using Mesh.Core.Formats;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Envoy's substitutions in header values: those the proxy knows, by the grammar the proxy uses.</summary>
internal static class HeaderFormatRules
{
    public static void Check(string value, RuleContext at)
    {
        if (!HeaderFormat.TryParse(value, out _, out var problem)) at.Error($"{Names.Quote(value)}: {problem}", "Substitutions are Envoy's; \"%%\" stands for a percent sign.");
    }
}
