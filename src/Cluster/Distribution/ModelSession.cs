using Envoy.Service.Discovery.V3;
using Mesh.Protocol;
using Mesh.Protocol.Delta;

namespace Mesh.Cluster.Distribution;

/// <summary>
/// One agent's view of the model: which resources it gets and when. A replica that started a moment ago does not know yet what agents of
/// others will report again, so for a while it takes nothing away that the agent holds. Not safe for use from several threads.
/// </summary>
internal sealed class ModelSession
{
    /// <summary>A response is cut only above this: an agent compiles a revision when it has it whole.</summary>
    private const int MaxResponseBytes = 2 << 20;

    private readonly DeltaServerSession _session = new(DeltaOrder.Model, MaxResponseBytes);
    private readonly Dictionary<string, string> _held = [];
    private ModelStep _step;
    private bool _isSettled;

    public ModelSession(ModelStep step, bool isSettled)
    {
        (_step, _isSettled) = (step, isSettled);
        Update(ModelChanges.None, isFirst: true);
    }

    /// <summary>The model the session is at.</summary>
    public ModelStep Step => _step;

    public bool Knows(string typeUrl) => _session.Knows(typeUrl);

    public DeltaAck? OnRequest(DeltaDiscoveryRequest request)
    {
        if (!_isSettled && request.TypeUrl == TypeUrls.Workload && !_session.IsStarted(request.TypeUrl))
        {
            foreach (var (name, version) in request.InitialResourceVersions) _held[name] = version;
            _session.Update(TypeUrls.Workload, Workloads());
        }
        return _session.OnRequest(request);
    }

    public void Advance(ModelStep step)
    {
        _step = step;
        Update(step.Changes, isFirst: false);
    }

    /// <summary>From now on what the model does not have is gone.</summary>
    public void Settle()
    {
        if (_isSettled) return;
        _isSettled = true;
        _session.Update(TypeUrls.Workload, Workloads(), _held.Keys);
        _held.Clear();
    }

    public IReadOnlyList<DeltaDiscoveryResponse> TakeResponses() => _session.TakeResponses();

    private void Update(ModelChanges changes, bool isFirst)
    {
        var model = _step.Model;
        if (isFirst) _session.Update(TypeUrls.TrustBundle, new DeltaResources(model.TrustBundles));
        _session.Update(TypeUrls.ConfigObject, new DeltaResources(model.Objects), changes.Objects, model.Revision.ToString());
        if (isFirst || changes.Workloads.Count > 0)
            _session.Update(TypeUrls.Workload, Workloads(), changes.Workloads);
    }

    private IDeltaResources Workloads()
    {
        var known = new DeltaResources(_step.Model.Workloads);
        return _held.Count == 0 || _isSettled ? known : new HeldResources(known, _held);
    }
}
