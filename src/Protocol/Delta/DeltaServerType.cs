using Envoy.Service.Discovery.V3;

namespace Mesh.Protocol.Delta;

/// <summary>
/// What one stream knows of one resource type: what there is, what the peer asked for and what it was told. Owned by its
/// <see cref="DeltaServerSession"/>; not safe for use from several threads.
/// </summary>
internal sealed class DeltaServerType(string typeUrl)
{
    private const string Wildcard = "*";

    /// <summary>The version under which we remember having told the peer that a name does not exist.</summary>
    private const string Absent = "";

    private const int LargeCapacity = 64;

    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, string> _told = [];
    private readonly HashSet<string> _dirty = [];
    private IDeltaResources _resources = DeltaResources.Empty;
    private string _systemVersion = "", _toldSystemVersion = "";
    private bool _wildcard, _owesAnswer;
    private ulong _inFlightGeneration;
    private string[] _inFlightNames = [];

    public string TypeUrl => typeUrl;

    /// <summary>Whether the peer has asked for this type on this stream.</summary>
    public bool Started { get; private set; }

    public string? InFlightNonce { get; private set; }

    /// <summary>Whether the response in flight carries names the peer did not hold.</summary>
    public bool InFlightAdds { get; private set; }

    /// <summary>The nonce this type waits for, once, before it is sent; see <see cref="DeltaServerSession"/>.</summary>
    public string? WaitsFor { get; set; }

    public ulong AcknowledgedGeneration { get; private set; }

    public bool IsPending => Started && (_owesAnswer || _dirty.Count > 0 || _systemVersion != _toldSystemVersion);

    public bool IsQuiet => !Started || (!IsPending && InFlightNonce is null);

    public bool IsWildcard => _wildcard;

    /// <summary>The names asked for one by one.</summary>
    public IReadOnlySet<string> Names => _names;

    public IDeltaResources Resources => _resources;

    public void Update(IDeltaResources resources, IEnumerable<string>? changed, string systemVersion)
    {
        var previous = _resources;
        _resources = resources;
        _systemVersion = systemVersion;
        if (!Started) return;
        if (changed is not null) MarkEach(changed);
        else if (!ReferenceEquals(previous, resources)) MarkAll();
    }

    public bool IsSubscribed(string name) => _wildcard || _names.Contains(name);

    public void OnRequest(DeltaDiscoveryRequest request)
    {
        var first = !Started;
        if (first) Start(request);
        foreach (var name in request.ResourceNamesSubscribe) Subscribe(name, first);
        foreach (var name in request.ResourceNamesUnsubscribe) Unsubscribe(name);
    }

    /// <summary>The verdict that <paramref name="request"/> carries; null when it carries none or one on an older response.</summary>
    public DeltaAck? TakeAck(DeltaDiscoveryRequest request)
    {
        if (InFlightNonce is null || request.ResponseNonce != InFlightNonce) return null;
        InFlightNonce = null;
        InFlightAdds = false;
        AcknowledgedGeneration = Math.Max(AcknowledgedGeneration, _inFlightGeneration);
        return new DeltaAck(typeUrl, request.ErrorDetail is { } error ? $"{error.Message}" : null, _inFlightNames);
    }

    /// <summary>
    /// Builds the next response of at most about <paramref name="maxBytes"/>; null when, with removals held back, there is
    /// nothing to say.
    /// </summary>
    public DeltaDiscoveryResponse? TakeNext(string nonce, ulong generation, bool holdRemovals, int maxBytes)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = typeUrl, Nonce = nonce };
        var adds = Fill(response, holdRemovals, maxBytes);
        var complete = _dirty.Count == 0;
        if (complete) _toldSystemVersion = _systemVersion;
        else if (!_owesAnswer && response.Resources.Count == 0 && response.RemovedResources.Count == 0) return null;
        response.SystemVersionInfo = _toldSystemVersion;
        _owesAnswer = false;
        WaitsFor = null;
        InFlightNonce = nonce;
        InFlightAdds = adds;
        _inFlightGeneration = complete ? generation : AcknowledgedGeneration;
        _inFlightNames = [.. response.Resources.Select(r => r.Name), .. response.RemovedResources];
        return response;
    }

    private void Start(DeltaDiscoveryRequest request)
    {
        Started = true;
        _owesAnswer = true;
        foreach (var (name, version) in request.InitialResourceVersions) _told[name] = version;
        // A first request without names is the older way to ask for everything.
        if (request.ResourceNamesSubscribe.Count == 0) SubscribeToAll();
    }

    private void Subscribe(string name, bool first)
    {
        if (name == Wildcard)
        {
            SubscribeToAll();
            return;
        }

        // Asking again means "I do not have it": only the versions named at the start of the stream count as held.
        if (!first) _told.Remove(name);
        _names.Add(name);
        Mark(name);
    }

    private void SubscribeToAll()
    {
        _wildcard = true;
        MarkAll();
    }

    private void Unsubscribe(string name)
    {
        if (name == Wildcard)
        {
            _wildcard = false;
            foreach (var told in _told.Keys.Where(told => !_names.Contains(told)).ToArray()) Forget(told);
            return;
        }

        _names.Remove(name);
        Forget(name);
        // Still wanted by the wildcard: the peer dropped it, so it is sent anew.
        if (_wildcard) Mark(name);
    }

    private void Forget(string name)
    {
        _told.Remove(name);
        _dirty.Remove(name);
    }

    private void MarkEach(IEnumerable<string> names)
    {
        foreach (var name in names) Mark(name);
    }

    private void MarkAll()
    {
        foreach (var name in _wildcard ? _resources.Names : _names) Mark(name);
        foreach (var name in _told.Keys) Mark(name);
    }

    // A name is dirty exactly while what the peer was told differs from what is.
    private void Mark(string name)
    {
        if (NeedsTelling(name)) _dirty.Add(name);
        else _dirty.Remove(name);
    }

    private bool NeedsTelling(string name)
    {
        var told = _told.GetValueOrDefault(name);
        if (IsSubscribed(name) && _resources.Find(name) is { } resource) return resource.Version != told;
        // Only a name that was asked for by itself is answered when it never existed.
        return told is null ? _names.Contains(name) : told != Absent;
    }

    private bool Fill(DeltaDiscoveryResponse response, bool holdRemovals, int maxBytes)
    {
        var adds = false;
        var bytes = 0;
        List<string> done = [];
        foreach (var name in _dirty)
        {
            if (bytes >= maxBytes) break;
            if (IsSubscribed(name) && _resources.Find(name) is { } resource)
            {
                adds |= _told.GetValueOrDefault(name, Absent) == Absent;
                _told[name] = resource.Version;
                response.Resources.Add(new Resource { Name = name, Version = resource.Version, Resource_ = resource.Body });
                bytes += resource.Body.Value.Length + name.Length;
            }
            else
            {
                if (holdRemovals && _told.ContainsKey(name)) continue;
                response.RemovedResources.Add(name);
                bytes += name.Length;
                if (_names.Contains(name)) _told[name] = Absent;
                else _told.Remove(name);
            }

            done.Add(name);
        }

        foreach (var name in done) _dirty.Remove(name);
        // A set is enumerated over all it ever held: without this, each later change costs as much as the peer's first, full state did.
        if (_dirty.Count == 0 && _dirty.Capacity > LargeCapacity) _dirty.TrimExcess();
        return adds;
    }
}
