using Mesh.Core.Identity;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Validation.Rules.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What the settings of the mesh must satisfy beyond their fields.</summary>
internal static class MeshConfigRules
{
    private const string OnlyName = "default";

    public static void Check(MeshConfig spec, RuleContext context)
    {
        if (context.Metadata.Name != OnlyName) context.OfMetadata("name").Error($"a mesh has one MeshConfig, named {OnlyName}");
        CheckSettings(spec, context);
    }

    /// <summary>Also for the copy inside a LocalMesh.</summary>
    public static void CheckSettings(MeshConfig spec, RuleContext context)
    {
        if (spec.TrustDomain.Length > 0 && !SpiffeId.TryParse($"spiffe://{spec.TrustDomain}/x", out _))
            context.Field("trustDomain").Error($"{Names.Quote(spec.TrustDomain)} is not a trust domain: lower-case letters, digits, dots, dashes and underscores");
        if (spec.RootNamespace.Length > 0 && !Names.IsDns1123Label(spec.RootNamespace)) context.Field("rootNamespace").Error(Names.LabelReason(spec.RootNamespace));
        if (spec.DefaultHttpRetryPolicy is { } retry) RetryRules.Check(retry, null, context.Field("defaultHttpRetryPolicy"));
    }
}
