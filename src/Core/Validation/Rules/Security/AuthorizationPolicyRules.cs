using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules.Security;

/// <summary>What an AuthorizationPolicy must satisfy beyond its fields.</summary>
internal static class AuthorizationPolicyRules
{
    public static void Check(AuthorizationPolicy spec, RuleContext context)
    {
        TargetRules.Check(spec.Selector, spec.TargetRef, spec.TargetRefs, context);
        CheckAction(spec, context);
        for (var i = 0; i < spec.Rules.Length; i++)
        {
            var at = context.Field("rules").Item(i);
            CheckRule(spec.Rules[i], at);
            if (spec.Action == AuthorizationAction.Custom) CustomActionRules.Check(spec.Rules[i], at);
            if (spec.Action == AuthorizationAction.Deny && DeniesAllTcp(spec.Rules[i]))
                at.Warn("asks only for attributes of HTTP, which plain TCP traffic does not have, so all TCP traffic is refused", "Name the ports it is about in to.operation.ports.");
        }
    }

    private static void CheckAction(AuthorizationPolicy spec, RuleContext context)
    {
        var custom = spec.Action == AuthorizationAction.Custom;
        if (spec.Rules.IsEmpty && spec.Action is AuthorizationAction.Custom or AuthorizationAction.Deny)
            context.Field("rules").ErrorOfWhole($"required: without rules nothing matches, and {(custom ? "CUSTOM" : "DENY")} does nothing", "Write \"rules: [{}]\" for every request.");
        if (custom && spec.Provider is not { Name.Length: > 0 }) context.Field("provider").Field("name").Error("required for CUSTOM: it says who decides");
        if (!custom && spec.Provider is not null) context.Field("provider").Error("only CUSTOM has a provider", "Remove it, or set action: CUSTOM.");
    }

    /// <summary>One rule, also of other policies that match requests as this one does.</summary>
    public static void CheckRule(AuthorizationRule rule, RuleContext context)
    {
        if (rule.From.IsEmpty && context.Field("from").IsWritten) context.Field("from").ErrorOfWhole("must not be empty", "Remove it to accept any source.");
        if (rule.To.IsEmpty && context.Field("to").IsWritten) context.Field("to").ErrorOfWhole("must not be empty", "Remove it to accept any operation.");
        for (var i = 0; i < rule.From.Length; i++)
            if (rule.From[i].Source is { } source) SourceRules.Check(source, context.Field("from").Item(i).Field("source"));
        for (var i = 0; i < rule.To.Length; i++)
            if (rule.To[i].Operation is { } operation) OperationRules.Check(operation, context.Field("to").Item(i).Field("operation"));
        for (var i = 0; i < rule.When.Length; i++) ConditionRules.Check(rule.When[i], context.Field("when").Item(i));
    }

    // A refusal takes an attribute that is missing as a match.
    private static bool DeniesAllTcp(AuthorizationRule rule)
    {
        var sources = rule.From.Select(f => f.Source).OfType<AuthorizationSource>().ToArray();
        var operations = rule.To.Select(t => t.Operation).OfType<AuthorizationOperation>().ToArray();
        var tcpSource = Array.Exists(sources, s => !(s.Principals.IsEmpty && s.NotPrincipals.IsEmpty && s.Namespaces.IsEmpty && s.NotNamespaces.IsEmpty && s.IpBlocks.IsEmpty
            && s.NotIpBlocks.IsEmpty && s.RemoteIpBlocks.IsEmpty && s.NotRemoteIpBlocks.IsEmpty && s.ServiceAccounts.IsEmpty && s.NotServiceAccounts.IsEmpty
            && s.TrustDomains.IsEmpty && s.NotTrustDomains.IsEmpty));
        var tcpOperation = Array.Exists(operations, o => !(o.Ports.IsEmpty && o.NotPorts.IsEmpty));
        return (sources.Length > 0 && operations.Length == 0 && !tcpSource) || (operations.Length > 0 && !tcpOperation);
    }
}
