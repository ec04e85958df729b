using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Delta;

namespace Mesh.Cluster.Distribution;

/// <summary>
/// The resources there are, and beside them what the agent holds and this replica does not know (yet), under the agent's own versions: the
/// session then neither sends nor removes it. Immutable.
/// </summary>
internal sealed class HeldResources(IDeltaResources known, IReadOnlyDictionary<string, string> held) : IDeltaResources
{
    private static readonly Any Nothing = new();

    public IEnumerable<string> Names => known.Names.Concat(held.Keys.Where(name => known.Find(name) is null));

    public DeltaResource? Find(string name) =>
        known.Find(name) ?? (held.TryGetValue(name, out var version) ? new DeltaResource(name, version, Nothing) : null);
}
