namespace Mesh.Protocol.Delta;

/// <summary>A dictionary as the resources of one type. The dictionary must not change afterwards.</summary>
public sealed class DeltaResources(IReadOnlyDictionary<string, DeltaResource> resources) : IDeltaResources
{
    public static readonly DeltaResources Empty = new(new Dictionary<string, DeltaResource>());

    public IEnumerable<string> Names => resources.Keys;

    public DeltaResource? Find(string name) => resources.GetValueOrDefault(name);
}
