using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Mesh.Core.Conversion.Ingresses;
using Mesh.Core.Documents;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Validation;

namespace Mesh.Core.Conversion;

/// <summary>
/// Brings documents to the current objects: 1. fields to the names of today, 2. deprecated fields to their successors, 3. the version to
/// the one objects are stored in; Ingresses to the kinds that replaced them. What it does not know of the mesh's own it leaves as it is, for validation
/// to judge; of a document of a kind that is not the mesh's it makes nothing.
/// </summary>
/// <param name="documents">All documents of the call: an Ingress names ports of Services that may be among them.</param>
/// <param name="target">What Ingresses become.</param>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public sealed class Converter(IReadOnlyList<ObjectDocument> documents, IngressTarget target)
{
    private static readonly string[] FromServer = ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"];

    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    public Conversion Convert(ObjectDocument document)
    {
        if (document.Source is not SourceMapping source) return Failed("", "the document cannot be read: " + (document.Diagnostics.FirstOrDefault()?.Reason ?? "it is not an object"));
        var kind = FindKind(source);
        if (kind == KindRegistry.Ingress) return ConvertIngress(document);
        if (document.IsForeign) return new([], []);
        if (kind is null) return Failed("kind", Unknown(source));
        var remarks = new List<ConversionRemark>();
        var found = SourceJson.Of(source)!.AsObject();
        Strip(found);
        if ((string?)found["apiVersion"] != kind.ApiVersion) found["apiVersion"] = kind.ApiVersion;
        if (!kind.BodyAtRoot && found["spec"] is JsonObject spec) new RecordRewriter(remarks).Rewrite(spec, RecordShape.Of(kind.SpecType), "spec", kind.IsProtobuf);
        return new([found], [.. remarks]);
    }

    private static KindInfo? FindKind(SourceMapping source)
    {
        var group = source.FindText("apiVersion")?.Split('/') is [var first, _] ? first : "";
        return KindRegistry.All.FirstOrDefault(k => k.Kind == source.FindText("kind") && k.Group == group);
    }

    private static string Unknown(SourceMapping source) => (source.FindText("kind"), source.FindText("apiVersion")) switch
    {
        (null, _) => "the document has no kind, so nobody knows what it is; it is left out",
        (var kind, null) => $"{kind} has no apiVersion, so nobody knows whose it is; it is left out",
        var (kind, apiVersion) => UnsupportedKinds.Find(apiVersion.Split('/')[0], kind) is { } known
            ? $"{known.Reason}. {known.Hint.TrimEnd('.')}; it is left out"
            : $"{kind} of {apiVersion} is not a kind the mesh converts; it is left out",
    };

    private Conversion ConvertIngress(ObjectDocument document)
    {
        if (document.Draft?.Spec is not IngressSpec) return Failed("", "the Ingress cannot be read: " + string.Join("; ", document.Diagnostics.Where(d => d.Severity == Severity.Error && d.Path != "kind").Select(d => d.Path.Length > 0 ? $"{d.Path}: {d.Reason}" : d.Reason)));
        var wrong = document.Diagnostics.Where(d => d.Path != "kind").Select(d => new ConversionRemark(true, d.Path, (d.Hint.Length > 0 ? $"{d.Reason}. {d.Hint}" : d.Reason).TrimEnd('.'))).ToArray();
        if (wrong.Length > 0) return new([], [.. wrong]);
        var services = documents.Where(d => d.Object?.Spec is Service).ToDictionary(d => (d.Object!.Key.Namespace, d.Object.Key.Name), d => d.Object!.SpecAs<Service>());
        var plan = new IngressReader(document.Draft, services).Read();
        return new([.. target == IngressTarget.Istio ? IstioWriter.Write(plan) : GatewayApiWriter.Write(plan)], [.. plan.Remarks]);
    }

    private static void Strip(JsonObject found)
    {
        found.Remove("status");
        if (found["metadata"] is not JsonObject metadata) return;
        foreach (var field in FromServer) metadata.Remove(field);
        if (metadata["annotations"] is not JsonObject annotations) return;
        annotations.Remove(LastApplied);
        if (annotations.Count == 0) metadata.Remove("annotations");
    }

    private static Conversion Failed(string path, string text) => new([], [new(true, path, text)]);
}
