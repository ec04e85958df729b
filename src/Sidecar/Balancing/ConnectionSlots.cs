using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Balancing;

/// <summary>One HTTP/2 connection of an endpoint whose connections are counted. Fields change under the lock of its <see cref="ConnectionSlots"/>.</summary>
internal sealed class ConnectionSlot(HttpMessageInvoker invoker)
{
    public HttpMessageInvoker Invoker { get; } = invoker;
    public int Active { get; set; }
    public int Served { get; set; }
}

/// <summary>
/// HTTP/2 connections of one endpoint, each with its count of requests: HttpClient's own pool limits neither the requests over a connection's life
/// nor the streams at once, so here every connection is a pool of one. Only for upstreams that ask for such limits; guarded by one lock.
/// </summary>
internal sealed class ConnectionSlots(EndpointState endpoint) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ConnectionSlot> _slots = [];

    public int Count
    {
        get
        {
            lock (_lock) return _slots.Count;
        }
    }

    /// <summary>A connection with room for one more request; answered by <see cref="Return"/>.</summary>
    public ConnectionSlot Rent(EventLoop loop)
    {
        var limits = endpoint.Key.Connection;
        lock (_lock)
        {
            var slot = _slots.Find(s => s.Active < limits.MaxStreams && s.Served < limits.MaxRequests);
            if (slot is null) _slots.Add(slot = new ConnectionSlot(endpoint.Connector.CreateInvoker(endpoint, loop)));
            slot.Active++;
            slot.Served++;
            return slot;
        }
    }

    public void Return(ConnectionSlot slot)
    {
        lock (_lock)
        {
            slot.Active--;
            if (slot.Active > 0 || slot.Served < endpoint.Key.Connection.MaxRequests) return;
            _slots.Remove(slot);
        }
        slot.Invoker.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var slot in _slots) slot.Invoker.Dispose();
            _slots.Clear();
        }
    }
}
