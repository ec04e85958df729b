using System.Collections.Concurrent;
using System.Net;
using Mesh.Cluster.Membership.Remoting;

namespace Mesh.MultiNode.Tests.Replicas;

/// <summary>
/// The network between replicas of one test. A cut address is silent as behind a broken link: what is sent stays on the way until the
/// link is whole again, connections neither open nor end, and nobody is told. Thread-safe.
/// </summary>
internal sealed class TestNetwork
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _cuts = new(StringComparer.Ordinal);

    public void Cut(string address) => _cuts.TryAdd(address, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Heal(string address)
    {
        if (_cuts.TryRemove(address, out var cut)) cut.SetResult();
    }

    public async ValueTask<Stream> DialAsync(string from, EndPoint to, CancellationToken cancellation)
    {
        var link = new Link(this, from, ((IPEndPoint)to).Address.ToString());
        await link.WholeAsync(cancellation);
        return new LinkStream(await TcpDialer.DialAsync(to, cancellation), link);
    }

    /// <summary>The way between two addresses.</summary>
    internal sealed class Link(TestNetwork network, string from, string to)
    {
        public async ValueTask WholeAsync(CancellationToken cancellation)
        {
            while ((network._cuts.GetValueOrDefault(from) ?? network._cuts.GetValueOrDefault(to)) is { } cut) await cut.Task.WaitAsync(cancellation);
        }
    }
}
