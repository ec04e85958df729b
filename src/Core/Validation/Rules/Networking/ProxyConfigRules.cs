using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a ProxyConfig must satisfy beyond its fields.</summary>
internal static class ProxyConfigRules
{
    public static void Check(ProxyConfig spec, RuleContext context)
    {
        SelectorRules.Check(spec.Selector, context.Field("selector"));
        foreach (var name in spec.EnvironmentVariables.Keys)
            if (name.Length == 0 || name.IndexOfAny(['=', '\0']) >= 0) context.Field("environmentVariables").Field(name).Error($"{Names.Quote(name)} is not a name of an environment variable");
    }
}
