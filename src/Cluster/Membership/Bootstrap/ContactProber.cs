using System.Collections.Immutable;
using Akka.Actor;

namespace Mesh.Cluster.Membership.Bootstrap;

/// <summary>Asks a contact point which members it sees. Thread-safe.</summary>
internal sealed class ContactProber(HttpClient http)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>The members it offers as seeds, empty when it is in no cluster.</summary>
    public async Task<ImmutableHashSet<Address>> ProbeAsync(ContactPoint contact)
    {
        using var cancel = new CancellationTokenSource(Timeout);
        var body = await http.GetByteArrayAsync(new Uri($"http://{contact}/bootstrap/seed-nodes"), cancel.Token);
        return SeedNodesJson.Parse(body);
    }
}
