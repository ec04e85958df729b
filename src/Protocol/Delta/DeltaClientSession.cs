using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Rpc;

namespace Mesh.Protocol.Delta;

/// <summary>
/// The subscribing end of delta discovery, without the stream. It outlives streams: <see cref="Open"/> tells a new server what
/// is already held, so that only the difference travels. Not safe for use from several threads.
/// </summary>
/// <remarks>
/// A rejected resource keeps its last accepted version, so that the next server sends it again. A name that only appears in
/// <c>removed_resources</c> is taken as the answer that it does not exist.
/// </remarks>
public sealed class DeltaClientSession(Node? node = null)
{
    private const int InvalidArgument = 3;

    private readonly Dictionary<string, TypeState> _types = [];
    private bool _nodeSent;

    /// <summary>
    /// Subscribes to everything of a type; <paramref name="held"/> are the versions known from before (a disk cache). Takes effect
    /// with <see cref="Open"/>; call it before the first stream.
    /// </summary>
    public void SubscribeToAll(string typeUrl, IEnumerable<KeyValuePair<string, string>>? held = null)
    {
        var type = new TypeState { Wildcard = true };
        foreach (var (name, version) in held ?? []) type.Versions[name] = HeldVersion.From(version);
        _types[typeUrl] = type;
    }

    /// <summary>The versions held of a type.</summary>
    public IReadOnlyDictionary<string, string> Versions(string typeUrl) => _types[typeUrl].Versions.ToDictionary(v => v.Key, v => v.Value.ToString());

    /// <summary>The first requests on a new stream, one per type in the order in which the types were subscribed.</summary>
    public IReadOnlyList<DeltaDiscoveryRequest> Open()
    {
        _nodeSent = false;
        List<DeltaDiscoveryRequest> requests = [];
        foreach (var (typeUrl, type) in _types)
        {
            if (!type.Wildcard && type.Names.Count == 0)
            {
                type.Opened = false;
                continue;
            }

            requests.Add(OpenType(typeUrl, type));
        }

        return requests;
    }

    /// <summary>
    /// Changes the subscription of a type to exactly <paramref name="names"/>; the request to send, or null when nothing changes.
    /// What is no longer wanted is forgotten.
    /// </summary>
    public DeltaDiscoveryRequest? SetNames(string typeUrl, IReadOnlySet<string> names)
    {
        if (!_types.TryGetValue(typeUrl, out var type)) _types[typeUrl] = type = new TypeState();
        string[] added = [.. names.Where(n => !type.Names.Contains(n)).Order(StringComparer.Ordinal)];
        string[] removed = [.. type.Names.Where(n => !names.Contains(n)).Order(StringComparer.Ordinal)];
        if (added.Length == 0 && removed.Length == 0) return null;
        type.Names.UnionWith(added);
        type.Names.ExceptWith(removed);
        foreach (var name in removed) type.Versions.Remove(name);
        if (!type.Opened) return type.Names.Count == 0 ? null : OpenType(typeUrl, type);
        var request = Request(typeUrl);
        request.ResourceNamesSubscribe.Add(added);
        request.ResourceNamesUnsubscribe.Add(removed);
        return request;
    }

    /// <summary>
    /// The request to send so that resources come once more that were refused and could be taken now: the answer to them tells the
    /// server, which otherwise holds the refusal against us until they change. Null when there are none.
    /// </summary>
    public DeltaDiscoveryRequest? AskAgain(string typeUrl, IReadOnlyCollection<string> names)
    {
        if (names.Count == 0 || !_types.TryGetValue(typeUrl, out var type) || !type.Opened) return null;
        var request = Request(typeUrl);
        request.ResourceNamesSubscribe.Add(names.Order(StringComparer.Ordinal));
        return request;
    }

    /// <summary>What <paramref name="response"/> changes. Answer it with <see cref="Answer"/> once that is in force or refused.</summary>
    public DeltaChanges OnResponse(DeltaDiscoveryResponse response)
    {
        if (!_types.TryGetValue(response.TypeUrl, out var type))
            return new DeltaChanges(response.TypeUrl, response.Nonce, response.SystemVersionInfo, [], []);
        // A response that crossed an unsubscription still carries the name.
        Resource[] upserted = [.. response.Resources.Where(r => type.Wants(r.Name) && r.Resource_ is not null)];
        string[] removed = [.. response.RemovedResources.Where(type.Wants)];
        return new DeltaChanges(response.TypeUrl, response.Nonce, response.SystemVersionInfo, upserted, removed);
    }

    /// <summary>The ACK, or with any rejection the NACK, of <paramref name="changes"/>; remembers the versions that were accepted.</summary>
    public DeltaDiscoveryRequest Answer(DeltaChanges changes, IReadOnlyCollection<DeltaRejection> rejections)
    {
        if (_types.TryGetValue(changes.TypeUrl, out var type)) Remember(type, changes, rejections);
        var request = Request(changes.TypeUrl);
        request.ResponseNonce = changes.Nonce;
        if (rejections.Count > 0)
            request.ErrorDetail = new Status { Code = InvalidArgument, Message = string.Join("; ", rejections.Select(r => $"{r.Name}: {r.Reason}")) };
        return request;
    }

    private static void Remember(TypeState type, DeltaChanges changes, IReadOnlyCollection<DeltaRejection> rejections)
    {
        var rejected = rejections.Select(r => r.Name).ToHashSet();
        foreach (var resource in changes.Upserted)
            if (type.Wants(resource.Name) && !rejected.Contains(resource.Name)) type.Versions[resource.Name] = HeldVersion.From(resource.Version);
        foreach (var name in changes.Removed) type.Versions.Remove(name);
    }

    private DeltaDiscoveryRequest OpenType(string typeUrl, TypeState type)
    {
        type.Opened = true;
        var request = Request(typeUrl);
        request.ResourceNamesSubscribe.Add(type.Names.Order(StringComparer.Ordinal));
        foreach (var (name, version) in type.Versions) request.InitialResourceVersions.Add(name, version.ToString());
        return request;
    }

    private DeltaDiscoveryRequest Request(string typeUrl)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = typeUrl };
        if (_nodeSent || node is null) return request;
        _nodeSent = true;
        request.Node = node;
        return request;
    }

    private sealed class TypeState
    {
        public bool Wildcard { get; init; }
        public bool Opened { get; set; }
        public HashSet<string> Names { get; } = [];
        public Dictionary<string, HeldVersion> Versions { get; } = [];

        public bool Wants(string name) => Wildcard || Names.Contains(name);
    }
}
