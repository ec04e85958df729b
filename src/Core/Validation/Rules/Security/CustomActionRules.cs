using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules.Security;

/// <summary>What a rule may not ask for when an external authorizer decides: it is asked before callers and tokens are known.</summary>
internal static class CustomActionRules
{
    private const string Hint = "Ask for it in a policy with action DENY or ALLOW beside this one.";

    public static void Check(AuthorizationRule rule, RuleContext context)
    {
        for (var i = 0; i < rule.From.Length; i++)
        {
            if (rule.From[i].Source is not { } source) continue;
            var at = context.Field("from").Item(i).Field("source");
            foreach (var (name, values) in SourceRules.Fields(source))
                if (!values.IsEmpty && !name.EndsWith("Blocks", StringComparison.Ordinal)) at.Field(name).Error("cannot be asked for with action CUSTOM", Hint);
        }

        for (var i = 0; i < rule.When.Length; i++)
        {
            var key = rule.When[i].Key;
            if (key is "source.namespace" or "source.serviceAccount" or "source.principal" || key.StartsWith("request.auth.", StringComparison.Ordinal))
                context.Field("when").Item(i).Field("key").Error($"{key} cannot be asked for with action CUSTOM", Hint);
        }
    }
}
