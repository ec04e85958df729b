using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;
using Mesh.Core.Resources.Telemetry;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema.Rules;

/// <summary>Kinds of security.istio.io and telemetry.istio.io, and how policies select what they are for.</summary>
internal static class SecuritySchema
{
    private static readonly CelRule OneTarget = new(
        "(has(self.selector) ? 1 : 0) + (has(self.targetRef) ? 1 : 0) + ((has(self.targetRefs) && size(self.targetRefs) > 0) ? 1 : 0) <= 1",
        "only one of selector, targetRef, targetRefs may be set");

    public static void AddTo(SchemaRules rules)
    {
        rules
            .Field<WorkloadSelector>(nameof(WorkloadSelector.MatchLabels), SharedBounds.Labels)
            .Record<Telemetry>(OneTarget);
        AddAuthentication(rules);
        AddAuthorization(rules);
    }

    private static void AddAuthentication(SchemaRules rules) => rules
        .Record<PeerAuthentication>(new CelRule(
            "!has(self.portLevelMtls) || (has(self.selector) && has(self.selector.matchLabels) && size(self.selector.matchLabels) > 0)", "needs a selector with labels", "portLevelMtls"))
        .Field<PeerAuthentication>(nameof(PeerAuthentication.PortLevelMtls), new() { Rules = [new CelRule("size(self) > 0", "must have at least one port")] })
        .Record<RequestAuthentication>(OneTarget)
        .Record<JwtRule>(
            new CelRule("(has(self.issuer) && self.issuer != '') || (has(self.jwksUri) && self.jwksUri != '')", "required, unless jwksUri is given", "issuer"),
            new CelRule("!(has(self.jwksUri) && self.jwksUri != '' && has(self.jwks) && self.jwks != '')", "only one of jwksUri, jwks may be set"))
        .Field<JwtRule>(nameof(JwtRule.JwksUri), new() { Pattern = "^(https?://.+)?$", MaxLength = 2048 });

    private static void AddAuthorization(SchemaRules rules) => rules
        .Record<AuthorizationPolicy>(
            OneTarget,
            new CelRule("(has(self.action) && self.action == 'CUSTOM') == has(self.provider)", "is for CUSTOM, and CUSTOM needs one", "provider"),
            new CelRule("!has(self.action) || !(self.action in ['DENY', 'CUSTOM']) || (has(self.rules) && size(self.rules) > 0)",
                "required: without rules nothing matches, and DENY or CUSTOM does nothing; write [{}] for every request", "rules"))
        .Field<AuthorizationRule>(nameof(AuthorizationRule.From), new() { Rules = [new CelRule("size(self) > 0", "must not be empty")] })
        .Field<AuthorizationRule>(nameof(AuthorizationRule.To), new() { Rules = [new CelRule("size(self) > 0", "must not be empty")] });
}
