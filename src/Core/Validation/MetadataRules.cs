using Mesh.Core.Kinds;
using Mesh.Core.Resources;

namespace Mesh.Core.Validation;

/// <summary>Names, labels and annotations as Kubernetes checks them.</summary>
internal static class MetadataRules
{
    private const string DryRun = "istio.io/dry-run";
    private const int MaxAnnotations = 256 * 1024;

    public static void Check(ObjectMeta metadata, string writtenNamespace, KindInfo kind, DiagnosticSink sink, FieldPath path)
    {
        var isService = kind == KindRegistry.Service;
        if (isService && !Names.IsDns1035Label(metadata.Name)) sink.Error(path.Field("name"), Names.Dns1035Reason(metadata.Name));
        else if (!isService && !Names.IsDns1123Subdomain(metadata.Name)) sink.Error(path.Field("name"), Names.SubdomainReason(metadata.Name));
        if (kind.Namespaced && !Names.IsDns1123Label(metadata.Namespace)) sink.Error(path.Field("namespace"), Names.LabelReason(metadata.Namespace));
        if (!kind.Namespaced && writtenNamespace.Length > 0) sink.Error(path.Field("namespace"), $"{kind.Kind} is of the whole mesh, not of a namespace", "Remove it.");
        foreach (var (key, value) in metadata.Labels) CheckLabel(key, value, sink, path.Field("labels").Field(key));
        foreach (var key in metadata.Annotations.Keys)
            if (!Names.IsQualifiedName(key)) sink.Error(path.Field("annotations").Field(key), Names.QualifiedReason(key));
        if (metadata.Annotations.ContainsKey(DryRun) && kind.Kind != "AuthorizationPolicy")
            sink.Error(path.Field("annotations").Field(DryRun), $"{kind.Kind} cannot be tried without effect", "Remove the annotation; it is for AuthorizationPolicy.");
        if (metadata.Annotations.Sum(a => a.Key.Length + a.Value.Length) > MaxAnnotations)
            sink.Error(path.Field("annotations"), $"larger than {MaxAnnotations / 1024} KiB together");
    }

    /// <summary>One label of metadata or of a selector.</summary>
    public static void CheckLabel(string key, string value, DiagnosticSink sink, FieldPath path)
    {
        if (!Names.IsQualifiedName(key)) sink.Error(path, Names.QualifiedReason(key));
        if (!Names.IsLabelValue(value)) sink.Error(path, Names.LabelValueReason(value));
    }
}
