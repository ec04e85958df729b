using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;

namespace Mesh.Translation.Tests.Builders;

/// <summary>Builds a snapshot from YAML and workloads; an object is a second younger than the one before it.</summary>
internal sealed class MeshBuilder
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<MeshObject> _objects = [];
    private readonly List<Workload> _workloads = [];

    public IReadOnlyList<MeshObject> Objects => _objects;
    public IReadOnlyList<Workload> Workloads => _workloads;

    public MeshBuilder Apply(string yaml)
    {
        foreach (var document in ObjectReader.Read(yaml, "test.yaml"))
        {
            Assert.True(document.Object is not null, string.Join(Environment.NewLine, document.Diagnostics));
            var metadata = document.Object.Metadata with { CreationTimestamp = Start.AddSeconds(_objects.Count) };
            _objects.Add(document.Object with { Metadata = metadata });
        }
        return this;
    }

    /// <summary>A Service <c>namespace/name</c> that selects <c>app: name</c>; ports as <c>http:9080</c>.</summary>
    public MeshBuilder Service(string name, params string[] ports)
    {
        Assert.True(ServiceName.TryParse(name, out var parsed));
        var list = ports.Select(p => p.Split(':')).Select(p => $"{{name: {p[0]}, port: {p[1]}}}");
        return Apply($$"""
            apiVersion: v1
            kind: Service
            metadata: {name: {{parsed.Name}}, namespace: {{parsed.Namespace}}}
            spec:
              selector: {app: {{parsed.Name}}}
              ports: [{{string.Join(", ", list)}}]
            """);
    }

    public MeshBuilder Workload(string id, string address, string labels, Func<Workload, Workload>? change = null)
    {
        Assert.True(WorkloadId.TryParse(id, out var parsed));
        var workload = new Workload
        {
            Id = parsed,
            WorkloadName = parsed.Name,
            ServiceAccount = ParseLabels(labels)["app"],
            Address = address,
            Labels = ParseLabels(labels),
            Node = "node-1",
            HasSidecar = true,
        };
        _workloads.Add(change is null ? workload : change(workload));
        return this;
    }

    public MeshSnapshot Build() => Snapshot(_objects, _workloads);

    /// <summary>The same mesh, put together in another order.</summary>
    public MeshSnapshot BuildShuffled(int seed)
    {
        var random = new Random(seed);
        return Snapshot(_objects.OrderBy(_ => random.Next()), _workloads.OrderBy(_ => random.Next()));
    }

    public static ImmutableSortedDictionary<string, string> ParseLabels(string labels) =>
        labels.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(l => l.Split('=')).ToImmutableSortedDictionary(l => l[0], l => l[1]);

    private static MeshSnapshot Snapshot(IEnumerable<MeshObject> objects, IEnumerable<Workload> workloads) => new()
    {
        Revision = new Revision(1),
        Objects = objects.Aggregate(ImmutableDictionary<ObjectKey, MeshObject>.Empty, (all, o) => all.Add(o.Key, o)),
        Workloads = workloads.Aggregate(ImmutableDictionary<WorkloadId, Workload>.Empty, (all, w) => all.Add(w.Id, w)),
    };
}
