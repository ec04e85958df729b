namespace Mesh.Sidecar.Balancing;

/// <summary>Endpoints a request has already tried, few; no allocation for the first.</summary>
internal struct TriedEndpoints
{
    private EndpointState? _first;
    private List<EndpointState>? _more;

    public void Add(EndpointState endpoint)
    {
        if (_first is null) _first = endpoint;
        else (_more ??= []).Add(endpoint);
    }

    public readonly bool Contains(EndpointState endpoint) =>
        ReferenceEquals(_first, endpoint) || (_more is not null && _more.Contains(endpoint));

    public readonly bool IsEmpty => _first is null;

    public void Clear()
    {
        _first = null;
        _more = null;
    }
}
