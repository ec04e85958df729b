using System.Globalization;
using Envoy.Service.Discovery.V3;

namespace Mesh.Protocol.Delta;

/// <summary>
/// The serving end of one delta discovery stream, without the stream: facts in (<see cref="Update"/>,
/// <see cref="OnRequest"/>), responses out (<see cref="TakeResponses"/>). One response per type is in flight; what changes
/// meanwhile coalesces, so a slow peer costs no memory and receives only the newest state. Not safe for use from several
/// threads: its owner serializes the calls.
/// </summary>
/// <remarks>
/// Make before break, see <see cref="DeltaOrder"/>: a dependent type waits, at most once, for the acknowledgement of a response
/// that adds resources of the spawning type, because a peer subscribes to what they need before it acknowledges them; and
/// foundations keep removed resources until the dependents are acknowledged.
/// A refused response is not repeated: its resources count as told until they change.
/// </remarks>
public sealed class DeltaServerSession
{
    /// <summary>Where a response is cut; below gRPC's default limit of 4 MB for a message.</summary>
    public const int DefaultMaxResponseBytes = 1 << 20;

    private readonly DeltaOrder _order;
    private readonly int _maxResponseBytes;
    private readonly Dictionary<string, DeltaServerType> _types = [];
    private readonly DeltaServerType[] _foundations, _dependents;
    private ulong _nonce;

    public DeltaServerSession(DeltaOrder order, int maxResponseBytes = DefaultMaxResponseBytes)
    {
        _order = order;
        _maxResponseBytes = maxResponseBytes;
        _foundations = [.. order.Foundations.Select(Add)];
        _dependents = [.. order.Dependents.Select(Add)];
    }

    /// <summary>
    /// A number of the caller's that says how new the resources are which it put in with <see cref="Update"/>; to be raised
    /// after them.
    /// </summary>
    public ulong Generation { get; set; }

    /// <summary>
    /// The newest <see cref="Generation"/> of which the peer has answered, acknowledging or refusing, everything that differs
    /// for it. Types it has not asked for do not count.
    /// </summary>
    public ulong AnsweredGeneration
    {
        get
        {
            var generation = Generation;
            foreach (var type in _types.Values)
                if (!type.IsQuiet) generation = Math.Min(generation, type.AcknowledgedGeneration);
            return generation;
        }
    }

    public bool Knows(string typeUrl) => _types.ContainsKey(typeUrl);

    public bool IsStarted(string typeUrl) => _types[typeUrl].Started;

    /// <summary>Whether the peer asked for <paramref name="name"/>, by itself or by a wildcard.</summary>
    public bool IsSubscribed(string typeUrl, string name) => _types[typeUrl] is { Started: true } type && type.IsSubscribed(name);

    /// <summary>The names of a type asked for one by one; without those that only a wildcard covers.</summary>
    public IReadOnlySet<string> SubscribedNames(string typeUrl) => _types[typeUrl].Names;

    public bool IsWildcard(string typeUrl) => _types[typeUrl].IsWildcard;

    /// <summary>Everything there is of a type, asked for or not.</summary>
    public IDeltaResources Resources(string typeUrl) => _types[typeUrl].Resources;

    /// <summary>
    /// Replaces the resources of a type. <paramref name="changed"/>, when not null, lists every name that may differ, which saves
    /// comparing all of them. <paramref name="systemVersion"/> is told to the peer with the response that completes this state,
    /// even if nothing in it differs.
    /// </summary>
    public void Update(string typeUrl, IDeltaResources resources, IEnumerable<string>? changed = null, string systemVersion = "0") =>
        _types[typeUrl].Update(resources, changed, systemVersion);

    /// <summary>
    /// Takes in a request. Returns the verdict on the response in flight, if the request carries one. A verdict on an older
    /// response is ignored, its subscriptions are not.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The type is not one of this session's; ask <see cref="Knows"/> first.</exception>
    public DeltaAck? OnRequest(DeltaDiscoveryRequest request)
    {
        var type = _types[request.TypeUrl];
        var ack = type.TakeAck(request);
        type.OnRequest(request);
        return ack;
    }

    /// <summary>The responses to send now, in this order; empty when nothing is to be said or all that is has to wait.</summary>
    public IReadOnlyList<DeltaDiscoveryResponse> TakeResponses()
    {
        List<DeltaDiscoveryResponse> responses = [];
        foreach (var type in _foundations) TryTake(type, holdRemovals: !_dependents.All(d => d.IsQuiet), responses);
        foreach (var type in _dependents)
            if (!MustWait(type)) TryTake(type, holdRemovals: false, responses);
        return responses;
    }

    private bool MustWait(DeltaServerType dependent)
    {
        if (_order.Spawning is null || !dependent.IsPending) return false;
        var spawning = _types[_order.Spawning];
        if (dependent.WaitsFor is null && spawning.InFlightAdds) dependent.WaitsFor = spawning.InFlightNonce;
        return dependent.WaitsFor is not null && dependent.WaitsFor == spawning.InFlightNonce;
    }

    private void TryTake(DeltaServerType type, bool holdRemovals, List<DeltaDiscoveryResponse> responses)
    {
        if (!type.IsPending || type.InFlightNonce is not null) return;
        var nonce = (_nonce + 1).ToString(CultureInfo.InvariantCulture);
        if (type.TakeNext(nonce, Generation, holdRemovals, _maxResponseBytes) is not { } response) return;
        _nonce++;
        responses.Add(response);
    }

    private DeltaServerType Add(string typeUrl)
    {
        var type = new DeltaServerType(typeUrl);
        _types.Add(typeUrl, type);
        return type;
    }
}
