using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Resilience;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// Parts of decoded resources that are the same in thousands of them, each kept once. Bounded: when there is too much variety for sharing to pay,
/// it begins anew. Safe from all threads: requests, too, have something decoded when they are the first to a service.
/// </summary>
internal sealed class SharedParts
{
    private readonly Pool<ConnectionSettings, ConnectionSettings> _connections = new();
    private readonly Pool<HashingModel, HashingModel> _hashing = new();
    private readonly Pool<string, string> _texts = new();
    private readonly Pool<Struct, Struct> _structs = new();
    private readonly Pool<RouteSettings, RouteSettings> _settings = new();
    private readonly Pool<(RetryPolicy Policy, bool IsExplicit), RetryPolicyModel?> _retries = new();

    /// <summary>This proxy's peers, for upstreams that mind zones.</summary>
    public PeerCounts Peers { get; } = new();

    public ConnectionSettings Share(ConnectionSettings settings) => _connections.Get(settings, static s => s);

    public HashingModel Share(HashingModel settings) => _hashing.Get(settings, static s => s);

    /// <summary>For names that many use, such as those of namespaces.</summary>
    public string Share(string text) => _texts.Get(text, static t => t);

    public RouteSettings Share(RouteSettings settings) => _settings.Get(settings, static s => s);

    public Struct Share(Struct value) => _structs.Get(value, static v => v);

    public RetryPolicyModel? Retry(RetryPolicy policy, bool isExplicit) => _retries.Get((policy, isExplicit), static k => RetryDecoder.Decode(k.Policy, k.IsExplicit));

    private sealed class Pool<TKey, TValue>
        where TKey : notnull
    {
        private const int Bound = 256;
        private readonly Dictionary<TKey, TValue> _known = [];
        private readonly Lock _lock = new();

        public TValue Get(TKey key, Func<TKey, TValue> make)
        {
            lock (_lock)
            {
                if (_known.TryGetValue(key, out var known)) return known;
                if (_known.Count == Bound) _known.Clear();
                return _known[key] = make(key);
            }
        }
    }
}
