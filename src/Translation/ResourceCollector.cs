using Mesh.Translation.Endpoints;

namespace Mesh.Translation;

/// <summary>Resources of one proxy as they are made; a name is there once. Used by one thread and thrown away.</summary>
internal sealed class ResourceCollector
{
    public ResourceList Listeners { get; } = new();
    public ResourceList Routes { get; } = new();
    public ResourceList Clusters { get; } = new();
    public ResourceList Endpoints { get; } = new();

    /// <summary>What a proxy that minds zones must know of its peers.</summary>
    public void AddPeers(TranslationScope scope)
    {
        Clusters.Add(PeerZones.Cluster);
        Endpoints.Add(PeerZones.Of(scope.Index, scope.Proxy));
    }

    internal sealed class ResourceList
    {
        private readonly Dictionary<string, ProxyResource> _byName = new(StringComparer.Ordinal);

        public IEnumerable<KeyValuePair<string, ProxyResource>> All => _byName;

        public bool Contains(string name) => _byName.ContainsKey(name);

        public void Add(ProxyResource resource) => _byName.TryAdd(resource.Name, resource);
    }
}
