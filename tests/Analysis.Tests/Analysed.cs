using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Tests;

/// <summary>Runs analysis on YAML the way tests like: short forms of kinds in, short forms of findings out.</summary>
internal static partial class Analysed
{
    private static readonly Dictionary<string, string> ApiVersions = new()
    {
        ["VirtualService"] = "networking.istio.io/v1", ["DestinationRule"] = "networking.istio.io/v1", ["Gateway"] = "networking.istio.io/v1",
        ["ServiceEntry"] = "networking.istio.io/v1", ["Sidecar"] = "networking.istio.io/v1", ["PeerAuthentication"] = "security.istio.io/v1",
        ["RequestAuthentication"] = "security.istio.io/v1", ["AuthorizationPolicy"] = "security.istio.io/v1", ["Telemetry"] = "telemetry.istio.io/v1",
        ["Service"] = "v1", ["Pod"] = "v1", ["Namespace"] = "v1", ["Secret"] = "v1", ["Deployment"] = "apps/v1", ["ServiceRole"] = "rbac.istio.io/v1alpha1",
        ["MeshConfig"] = "mesh.dev/v1alpha1", ["LocalMesh"] = "mesh.dev/v1alpha1", ["EnvoyFilter"] = "networking.istio.io/v1alpha3",
        ["HTTPRoute"] = "gateway.networking.k8s.io/v1",
    };

    /// <summary>
    /// Documents in a short form, one a paragraph: <c>Kind namespace/name</c>, then its fields as they stand in YAML, metadata beside spec
    /// given as <c>labels:</c> and <c>annotations:</c>.
    /// </summary>
    public static string Yaml(string shorthand) => string.Join("---\n", Paragraphs().Split(shorthand.Trim()).Select(Document));

    public static ImmutableArray<AnalysisMessage> Run(string shorthand) => Run(new AnalysisInput { Documents = Read(shorthand) });

    public static ImmutableArray<AnalysisMessage> Run(AnalysisInput input) => MeshAnalysis.Run(input);

    public static ImmutableArray<ObjectDocument> Read(string shorthand, string file = "f.yaml") => ObjectReader.Read(Yaml(shorthand), file);

    /// <summary><c>CODE Kind namespace/name path</c>, for one code.</summary>
    public static string[] Of(string code, string shorthand) =>
        [.. Run(shorthand).Where(m => m.Type.Code == code).Select(m => $"{m.Origin} {m.Path}".TrimEnd())];

    private static string Document(string paragraph)
    {
        var lines = paragraph.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var head = lines[0].Split(' ', 2);
        var name = head[1].Split('/');
        var metadata = name.Length == 2 ? $"  namespace: {name[0]}\n  name: {name[1]}\n" : $"  name: {name[0]}\n";
        foreach (var line in lines[1..].Where(IsMetadata)) metadata += "  " + line + "\n";
        var rest = string.Concat(lines[1..].Where(l => !IsMetadata(l)).Select(l => l + "\n"));
        return $"apiVersion: {ApiVersions[head[0]]}\nkind: {head[0]}\nmetadata:\n{metadata}{rest}";
    }

    private static bool IsMetadata(string line) => line.StartsWith("labels:", StringComparison.Ordinal) || line.StartsWith("annotations:", StringComparison.Ordinal);

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex Paragraphs();
}
