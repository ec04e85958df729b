using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.RateLimits;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema.Rules;

/// <summary>The mesh's own kinds. That a MeshConfig is named default is a rule of the whole object: see <see cref="Crds.CrdBuilder"/>.</summary>
internal static class MeshSchema
{
    public static void AddTo(SchemaRules rules) => rules
        .Field<MeshConfig>(nameof(MeshConfig.TrustDomain), new() { Pattern = "^[-a-z0-9._]*$", MaxLength = 255 })
        .Field<MeshConfig>(nameof(MeshConfig.RootNamespace), new() { Pattern = Patterns.LabelOrEmpty, MaxLength = 63 })
        .Field<LocalGateway>(nameof(LocalGateway.Name), new() { Pattern = Patterns.Label, MinLength = 1, MaxLength = 63 })
        .Field<LocalGateway>(nameof(LocalGateway.Namespace), new() { Pattern = Patterns.LabelOrEmpty, MaxLength = 63 })
        .Field<LocalWorkload>(nameof(LocalWorkload.Name), new() { Pattern = Patterns.Label, MinLength = 1, MaxLength = 63 })
        .Field<LocalWorkload>(nameof(LocalWorkload.Namespace), new() { Pattern = Patterns.LabelOrEmpty, MaxLength = 63 })
        .Record<RateLimitPolicy>(new CelRule("!(has(self.selector) && has(self.targetRefs) && size(self.targetRefs) > 0)", "only one of selector, targetRefs may be set"))
        .Record<RateLimitRule>(new CelRule("has(self.unit) || has(self.per)", "must set unit or per"))
        .Field<RateLimitRule>(nameof(RateLimitRule.Name), new() { Pattern = Patterns.Label, MinLength = 1, MaxLength = 63 })
        .Field<RateLimitRule>(nameof(RateLimitRule.From), new() { Rules = [new CelRule("size(self) > 0", "must not be empty")] })
        .Field<RateLimitRule>(nameof(RateLimitRule.To), new() { Rules = [new CelRule("size(self) > 0", "must not be empty")] });
}
