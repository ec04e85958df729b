using System.Collections.Immutable;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.Protocol;
using Mesh.Protocol.Delta;
using Mesh.Protocol.Model;

namespace Mesh.NodeAgent.Model;

/// <summary>Folds deltas into a snapshot. Used by one thread, once.</summary>
internal sealed class ModelFold(MeshSnapshot start)
{
    private readonly ImmutableDictionary<ObjectKey, MeshObject>.Builder _objects = start.Objects.ToBuilder();
    private readonly ImmutableDictionary<WorkloadId, Workload>.Builder _workloads = start.Workloads.ToBuilder();
    private readonly ImmutableHashSet<ObjectKey>.Builder _changedObjects = ImmutableHashSet.CreateBuilder<ObjectKey>();
    private readonly ImmutableHashSet<WorkloadId>.Builder _changedWorkloads = ImmutableHashSet.CreateBuilder<WorkloadId>();
    private readonly List<DeltaRejection> _rejections = [];
    private TrustBundle _trustBundle = start.TrustBundle;
    private Revision _revision = start.Revision;

    public IReadOnlyList<DeltaRejection> Rejections => _rejections;

    public ModelChange Change => new(_changedObjects.ToImmutable(), _changedWorkloads.ToImmutable(), !ReferenceEquals(_trustBundle, start.TrustBundle));

    public MeshSnapshot Result() => start with
    {
        Revision = _revision, Objects = _objects.ToImmutable(), Workloads = _workloads.ToImmutable(), TrustBundle = _trustBundle,
    };

    public void Apply(DeltaChanges changes)
    {
        foreach (var resource in changes.Upserted)
        {
            try
            {
                if (Upsert(changes.TypeUrl, resource) is { } error) _rejections.Add(new DeltaRejection(resource.Name, error));
            }
            catch (InvalidProtocolBufferException e)
            {
                _rejections.Add(new DeltaRejection(resource.Name, e.Message));
            }
        }

        foreach (var name in changes.Removed) Remove(changes.TypeUrl, name);
        if (MeshModel.RevisionOf(changes) is { } revision) _revision = revision;
    }

    private string? Upsert(string typeUrl, Resource resource) => typeUrl switch
    {
        TypeUrls.ConfigObject => UpsertObject(resource),
        TypeUrls.Workload => UpsertWorkload(resource),
        TypeUrls.TrustBundle => UpsertTrustBundle(resource),
        _ => $"unknown type {typeUrl}",
    };

    private string? UpsertObject(Resource resource)
    {
        if (!Protocol.V1.ConfigObject.Parser.ParseFrom(resource.Resource_.Value).TryToObject(out var value, out var error)) return error;
        if (value.Key.ToString() != resource.Name) return $"the resource is called {resource.Name} but describes {value.Key}";
        _objects[value.Key] = value;
        _changedObjects.Add(value.Key);
        return null;
    }

    private string? UpsertWorkload(Resource resource)
    {
        if (!Protocol.V1.Workload.Parser.ParseFrom(resource.Resource_.Value).TryToWorkload(out var value, out var error)) return error;
        if (value.Id.ToString() != resource.Name) return $"the resource is called {resource.Name} but describes {value.Id}";
        _workloads[value.Id] = value;
        _changedWorkloads.Add(value.Id);
        return null;
    }

    private string? UpsertTrustBundle(Resource resource)
    {
        _trustBundle = Protocol.V1.TrustBundle.Parser.ParseFrom(resource.Resource_.Value).ToTrustBundle();
        return null;
    }

    private void Remove(string typeUrl, string name)
    {
        if (typeUrl == TypeUrls.ConfigObject && ObjectKey.TryParse(name, out var key) && _objects.Remove(key)) _changedObjects.Add(key);
        if (typeUrl == TypeUrls.Workload && WorkloadId.TryParse(name, out var id) && _workloads.Remove(id)) _changedWorkloads.Add(id);
        if (typeUrl == TypeUrls.TrustBundle && _trustBundle.TrustDomain == name) _trustBundle = TrustBundle.Empty;
    }
}
