using System.Threading.Channels;
using Envoy.Service.Discovery.V3;
using Mesh.Protocol;
using Mesh.Protocol.Delta;
using Mesh.Translation;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// One discovery stream of one proxy. The compiling thread publishes, the stream's reader brings requests, its writer takes
/// responses; a lock makes them take turns. A slow proxy holds up none of them: what it has not taken merges in its session.
/// </summary>
internal sealed class ProxyConnection(ProxyNode node, DeltaServerSession session, Action<ProxyConnection> touched)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Type, string Name), ProxyRejection> _rejections = [];

    // Room for one: a signal while one waits says nothing more.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private ProxyPublication? _published;
    private bool _hasAnswered;

    public ProxyNode Node => node;

    /// <summary>The newest generation of which the proxy answered all that differs for it; 0 before its first answer.</summary>
    public ulong AnsweredGeneration
    {
        get
        {
            lock (_lock) return AnsweredNeedsLock();
        }
    }

    public IReadOnlyList<ProxyRejection> Rejections
    {
        get
        {
            lock (_lock) return [.. _rejections.Values];
        }
    }

    public void Publish(ProxyPublication publication)
    {
        lock (_lock)
        {
            var resources = publication.Resources;
            var previous = _published?.Resources ?? ProxyResources.Empty;
            var hint = _published is null ? null : publication.EndpointHint;
            UpdateNeedsLock(TypeUrls.Cluster, previous.Clusters, resources.Clusters, hint);
            UpdateNeedsLock(TypeUrls.ClusterLoadAssignment, previous.Endpoints, resources.Endpoints, hint);
            UpdateNeedsLock(TypeUrls.Listener, previous.Listeners, resources.Listeners, null);
            UpdateNeedsLock(TypeUrls.RouteConfiguration, previous.Routes, resources.Routes, null);
            if (!ReferenceEquals(_published?.Secrets, publication.Secrets)) session.Update(TypeUrls.Secret, publication.Secrets);
            session.Generation = publication.Generation;
            _published = publication;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Takes in a request; the delta is computed from what the session knows, under its lock.</summary>
    public DeltaAck? OnRequest(Func<DeltaServerSession, DeltaDiscoveryRequest> request)
    {
        DeltaAck? ack;
        lock (_lock)
        {
            var before = AnsweredNeedsLock();
            ack = session.OnRequest(request(session));
            if (ack is not null) JudgeNeedsLock(ack, before);
        }

        _signal.Writer.TryWrite(true);
        if (ack is not null) touched(this);
        return ack;
    }

    /// <summary>The next responses, in order; waits until there are some. <paramref name="project"/> runs under the lock.</summary>
    public async Task<IReadOnlyList<T>> TakeAsync<T>(Func<DeltaServerSession, DeltaDiscoveryResponse, T> project, CancellationToken cancellation)
    {
        while (true)
        {
            await _signal.Reader.ReadAsync(cancellation);
            lock (_lock)
            {
                // Before the first publication there is nothing that could be told; empty answers would take traffic down.
                if (_published is null) continue;
                var responses = session.TakeResponses();
                if (responses.Count > 0) return [.. responses.Select(response => project(session, response))];
            }
        }
    }

    private void UpdateNeedsLock(
        string typeUrl, System.Collections.Immutable.ImmutableSortedDictionary<string, ProxyResource> before,
        System.Collections.Immutable.ImmutableSortedDictionary<string, ProxyResource> now, IReadOnlyCollection<string>? hint)
    {
        if (_published is not null && ReferenceEquals(before, now)) return;
        session.Update(typeUrl, new ProxyResourceSet(now), hint);
    }

    private ulong AnsweredNeedsLock() => _hasAnswered ? session.AnsweredGeneration : 0;

    private void JudgeNeedsLock(DeltaAck ack, ulong before)
    {
        _hasAnswered = true;
        foreach (var name in ack.Resources) _rejections.Remove((ack.TypeUrl, name));
        if (ack.Error is null) return;
        // A peer that refuses resource by resource names those it means; one that does not means them all.
        var named = ack.Resources.Where(name => ack.Error.Contains(name, StringComparison.Ordinal)).ToArray();
        foreach (var name in named.Length > 0 ? named : ack.Resources)
            _rejections[(ack.TypeUrl, name)] = new ProxyRejection(ack.TypeUrl, name, ack.Error, before, session.Generation);
    }
}
