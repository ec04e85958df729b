using System.Collections.Immutable;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What a BackendTLSPolicy must satisfy beyond its fields.</summary>
internal static class BackendTlsPolicyRules
{
    public static void Check(BackendTlsPolicySpec spec, RuleContext context)
    {
        CheckTargets(spec.TargetRefs, context.Field("targetRefs"));
        if (spec.Validation is { } validation) CheckValidation(validation, context.Field("validation"));
        foreach (var key in spec.Options.Keys)
            if (!Names.IsQualifiedName(key)) context.Field("options").Field(key).Error(Names.QualifiedReason(key));
    }

    private static void CheckTargets(ImmutableArray<BackendTlsTargetReference> targets, RuleContext context)
    {
        for (var i = 0; i < targets.Length; i++)
        {
            var target = targets[i];
            var at = context.Item(i);
            ReferenceGrantRules.CheckGroup(at);
            ReferenceRules.CheckName(target.Group, target.Kind, target.Name, "", at);
            ReferenceRules.CheckSection(target.SectionName, at.Field("sectionName"));
            var same = targets.Take(i).Where(t => t.Group == target.Group && t.Kind == target.Kind && t.Name == target.Name).ToArray();
            if (Array.Exists(same, t => t.SectionName == target.SectionName)) at.Error("is given twice");
            else if (Array.Exists(same, t => t.SectionName.Length == 0 || target.SectionName.Length == 0)) at.Field("sectionName").Error("required in all references to a target that is referred to more than once");
        }
    }

    private static void CheckValidation(BackendTlsValidation validation, RuleContext context)
    {
        if (validation.CaCertificateRefs.IsEmpty && validation.WellKnownCACertificates is null) context.ErrorOfWhole("must set caCertificateRefs or wellKnownCACertificates");
        if (!validation.CaCertificateRefs.IsEmpty && validation.WellKnownCACertificates is not null) context.Error("only one of caCertificateRefs, wellKnownCACertificates may be set");
        for (var i = 0; i < validation.CaCertificateRefs.Length; i++)
        {
            var reference = validation.CaCertificateRefs[i];
            ReferenceRules.CheckName(reference.Group, reference.Kind, reference.Name, "", context.Field("caCertificateRefs").Item(i));
        }

        GatewayHosts.CheckPrecise(validation.Hostname, context.Field("hostname"));
        for (var i = 0; i < validation.SubjectAltNames.Length; i++) CheckName(validation.SubjectAltNames[i], context.Field("subjectAltNames").Item(i));
    }

    private static void CheckName(BackendSubjectAltName name, RuleContext context)
    {
        var isHost = name.Type == SubjectAltNameType.Hostname;
        if (name.Type is null) return;
        if (isHost && name.Hostname.Length == 0) context.Field("hostname").ErrorOfWhole("required for type Hostname");
        if (!isHost && name.Uri.Length == 0) context.Field("uri").ErrorOfWhole("required for type URI");
        if (isHost && name.Uri.Length > 0) context.Field("uri").Error("is not of type Hostname");
        if (!isHost && name.Hostname.Length > 0) context.Field("hostname").Error("is not of type URI");
        if (isHost && name.Hostname.Length > 0) GatewayHosts.Check(name.Hostname, context.Field("hostname"));
        if (!isHost && name.Uri.Length > 0 && !Uri.TryCreate(name.Uri, UriKind.Absolute, out _)) context.Field("uri").Error($"{Names.Quote(name.Uri)} is not a URI with a scheme");
    }
}
