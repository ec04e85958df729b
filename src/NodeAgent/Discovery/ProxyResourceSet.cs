using System.Collections.Immutable;
using Mesh.Protocol.Delta;
using Mesh.Translation;

namespace Mesh.NodeAgent.Discovery;

/// <summary>One type of a proxy's compiled configuration, as delta sessions read it.</summary>
internal sealed class ProxyResourceSet(ImmutableSortedDictionary<string, ProxyResource> resources) : IDeltaResources
{
    public IEnumerable<string> Names => resources.Keys;

    public DeltaResource? Find(string name) =>
        resources.TryGetValue(name, out var resource) ? new DeltaResource(resource.Name, resource.Version, resource.Body) : null;
}
