using System.Collections.Immutable;
using Mesh.Cli.Client;
using Mesh.Cli.Documents;
using Mesh.Cli.Local.Planning;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Resources.Networking;
using Mesh.Core.Validation;

namespace Mesh.Cli.Local;

/// <summary>The input of <c>up</c>: one LocalMesh, and the objects to apply once the mesh runs. Immutable.</summary>
internal sealed class MeshFiles
{
    private readonly IReadOnlyList<MeshObject> _objects;

    private MeshFiles(MeshObject mesh, string directory, IReadOnlyList<ApplyDocument> documents, IReadOnlyList<MeshObject> objects)
    {
        Name = mesh.Metadata.Name;
        Mesh = mesh.SpecAs<LocalMesh>();
        Directory = directory;
        Documents = documents;
        _objects = objects;
        Services = [.. objects.Where(o => o.Spec is Service).OrderBy(o => o.Key).Select(ToPlan), .. objects.Where(o => o.Spec is ServiceEntry).OrderBy(o => o.Key).SelectMany(ToPlans).DistinctBy(s => (s.Namespace, s.Name))];
    }

    public string Name { get; }

    /// <summary>Documents in the files that are not for the mesh.</summary>
    public ForeignDocuments Foreign { get; private init; } = new([]);

    public LocalMesh Mesh { get; }

    /// <summary>Of the LocalMesh's file; commands and working directories are relative to it.</summary>
    public string Directory { get; }

    public string TrustDomain => Mesh.MeshConfig?.TrustDomain is { Length: > 0 } given ? given : "cluster.local";

    public IReadOnlyList<ApplyDocument> Documents { get; }

    public IReadOnlyList<ServicePlan> Services { get; }

    /// <summary>Reads and judges everything; a <see cref="CliException"/> has all errors, one a line.</summary>
    public static MeshFiles Load(IReadOnlyList<string> names)
    {
        var (documents, foreign) = ForeignDocuments.Split(DocumentFiles.Read(names, "default", Console.In));
        documents = [.. DocumentJudge.Judge(documents)];
        var errors = documents.SelectMany(d => d.Diagnostics).Where(d => d.Severity == Severity.Error).ToArray();
        if (errors.Length > 0) throw new CliException(string.Join('\n', errors.Select(e => e.ToString())));
        var meshes = documents.Where(d => d.Object?.Spec is LocalMesh).ToArray();
        if (meshes is not [var mesh])
            throw new CliException(
                meshes.Length == 0
                    ? $"{string.Join(", ", names)}: no LocalMesh document. Add one that names the workloads, see docs/getting-started.md."
                    : $"more than one LocalMesh: {string.Join(", ", meshes.Select(m => $"{m.File}:{m.Document}"))}. Keep one.",
                ExitCodes.Usage);
        var others = documents.Where(d => d != mesh).ToArray();
        var directory = mesh.File == "stdin" ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(mesh.File))!;
        return new MeshFiles(mesh.Object!, directory, [.. MeshConfigOf(mesh), .. others.Select(ToApply)], [.. others.Select(o => o.Object!)]) { Foreign = foreign };
    }

    /// <summary>Where the gateways of the plan should come to listen, by the Gateway objects that select them.</summary>
    public IEnumerable<(string Id, string Scheme, string Address, int Port)> GatewayListeners(LocalPlan plan) =>
        from gateway in plan.Instances
        where gateway.IsGateway
        from o in _objects
        where o.Spec is Gateway spec && spec.Selector.All(s => gateway.Registration.Labels.TryGetValue(s.Key, out var value) && value == s.Value)
        from server in o.SpecAs<Gateway>().Servers.Select(s => (s.Port!.Number, s.Bind, Scheme: SchemeOf(s.Port.Protocol))).Distinct()
        select (gateway.Id, server.Scheme, server.Bind is "" or "0.0.0.0" or "::" ? gateway.Registration.Address : server.Bind, server.Number);

    private static string SchemeOf(string protocol) => protocol.ToUpperInvariant() is "HTTPS" or "TLS" ? "https" : "http";

    public static ApplyDocument ToApply(ObjectDocument document) => new(document.File, document.Document, document.Line, document.Text);

    /// <summary>The mesh-wide settings inside a LocalMesh take effect as the mesh's MeshConfig object.</summary>
    private static IEnumerable<ApplyDocument> MeshConfigOf(ObjectDocument mesh)
    {
        if (mesh.Object!.SpecAs<LocalMesh>().MeshConfig is not { } config) return [];
        var kind = KindRegistry.MeshConfig;
        var marks = ImmutableSortedDictionary<string, string>.Empty.Add(LocalMeshConfig.Annotation, mesh.Object.Metadata.Name);
        var metadata = new ObjectMeta { Name = LocalMeshConfig.Name, Annotations = marks };
        var written = new MeshObject(new ObjectKey(kind.QualifiedKind, "", LocalMeshConfig.Name), kind.ApiVersion, metadata, config);
        return [new ApplyDocument(mesh.File, mesh.Document, mesh.Line, ObjectWriter.ToJsonText(written))];
    }

    // One host of one namespace is one service, whichever entry says it first; a wildcard is no one address's.
    private static IEnumerable<ServicePlan> ToPlans(MeshObject entry)
    {
        var spec = entry.SpecAs<ServiceEntry>();
        return spec.Ports.All(p => !IsStream(p.Protocol)) ? [] : spec.Hosts.Where(h => h.Contains('.') && !h.StartsWith('*')).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(h => new ServicePlan(entry.Key.Namespace, h.ToLowerInvariant(), [.. spec.Ports.Select(p => (p.Name, p.Number))]));
    }

    private static bool IsStream(string protocol) => protocol.ToUpperInvariant() is "TCP" or "TLS" or "HTTPS" or "MONGO" or "MYSQL" or "REDIS";

    private static ServicePlan ToPlan(MeshObject service) =>
        new(service.Key.Namespace, service.Key.Name, [.. service.SpecAs<Service>().Ports.Select(p => (p.Name, p.Port))]);
}
