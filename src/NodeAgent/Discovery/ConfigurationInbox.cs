using System.Collections.Immutable;
using System.Threading.Channels;
using Mesh.Core.Identity;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Model;

namespace Mesh.NodeAgent.Discovery;

/// <summary>What happened since the loop last looked. The newest snapshot, with the union of what changed on the way to it.</summary>
internal sealed record ConfigurationWork(
    MeshSnapshot? Model, ModelChange Change, ImmutableHashSet<WorkloadId> Local, IReadOnlyList<ProxyConnection> Connected,
    IReadOnlyList<ProxyConnection> Disconnected, IReadOnlyCollection<ProxyConnection> Touched)
{
    /// <summary>
    /// This and what <paramref name="failed"/> was to change. Its connections are not repeated: those it took in are in, and one that
    /// cannot be taken in would fail every step to come.
    /// </summary>
    public ConfigurationWork After(ConfigurationWork failed) => this with
    {
        Model = Model ?? failed.Model, Change = failed.Change.And(Change), Local = failed.Local.Union(Local), Touched = [.. failed.Touched.Union(Touched)],
    };
}

/// <summary>
/// Gathers facts for the configuration loop. It cannot overflow: facts about the same thing merge, and the number of things is
/// bounded by the mesh and by the proxies of one machine. Safe for use from many threads.
/// </summary>
internal sealed class ConfigurationInbox
{
    private readonly Lock _lock = new();
    private readonly HashSet<ProxyConnection> _touched = [];
    private readonly List<ProxyConnection> _connected = [], _disconnected = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private MeshSnapshot? _model;
    private ModelChange _change = ModelChange.None;
    private ImmutableHashSet<WorkloadId> _local = [];

    public void Put(MeshSnapshot model, ModelChange change) => Put(() =>
    {
        _model = model;
        _change = _change.And(change);
    });

    /// <summary>Something beside the model changed what these objects mean.</summary>
    public void PutChange(ModelChange change) => Put(() => _change = _change.And(change));

    public void PutLocal(WorkloadId id) => Put(() => _local = _local.Add(id));

    public void PutConnected(ProxyConnection connection) => Put(() => _connected.Add(connection));

    public void PutDisconnected(ProxyConnection connection) => Put(() => _disconnected.Add(connection));

    public void PutTouched(ProxyConnection connection) => Put(() => _touched.Add(connection));

    public async Task<ConfigurationWork> TakeAsync(CancellationToken cancellation)
    {
        await _signal.Reader.ReadAsync(cancellation);
        lock (_lock)
        {
            var work = new ConfigurationWork(_model, _change, _local, [.. _connected], [.. _disconnected], [.. _touched]);
            (_model, _change, _local) = (null, ModelChange.None, []);
            _connected.Clear();
            _disconnected.Clear();
            _touched.Clear();
            return work;
        }
    }

    private void Put(Action put)
    {
        lock (_lock) put();
        _signal.Writer.TryWrite(true);
    }
}
