using System.Text;

namespace Mesh.Sidecar.Balancing;

/// <summary>What consistent hashing is built with; sizes are Envoy's defaults.</summary>
internal sealed record HashingModel(ulong MinimumRingSize = 1024, ulong MaximumRingSize = 8 * 1024 * 1024, int TableSize = 65537);

/// <summary>Ketama: each endpoint at many places of a ring, in proportion to its weight; a hash belongs to the next place. Immutable.</summary>
internal sealed class HashRing : IHashTable
{
    private readonly ulong[] _places;
    private readonly EndpointModel[] _endpoints;

    private HashRing(ulong[] places, EndpointModel[] endpoints) => (_places, _endpoints) = (places, endpoints);

    public int Size => _places.Length;

    public static HashRing Build(IReadOnlyList<(EndpointModel Endpoint, double Weight)> members, HashingModel settings)
    {
        var sum = members.Sum(m => m.Weight);
        var smallest = members.Min(m => m.Weight) / sum;
        // The lightest endpoint has a whole number of places; the heavier ones then have nearly so.
        var scale = Math.Min(Math.Ceiling(smallest * settings.MinimumRingSize) / smallest, settings.MaximumRingSize);
        var ring = new List<(ulong Place, EndpointModel Endpoint)>((int)Math.Ceiling(scale));
        double target = 0, placed = 0;
        foreach (var (endpoint, weight) in members)
        {
            target += scale * weight / sum;
            var address = endpoint.State.Key.Address.ToString();
            for (var i = 0; placed < target; i++, placed++) ring.Add((XxHash.Of($"{address}_{i}"), endpoint));
        }
        ring.Sort(static (a, b) => a.Place.CompareTo(b.Place));
        return new HashRing([.. ring.Select(r => r.Place)], [.. ring.Select(r => r.Endpoint)]);
    }

    public EndpointModel Find(ulong hash, int attempt)
    {
        var index = Array.BinarySearch(_places, hash);
        if (index < 0) index = ~index;
        return _endpoints[(index + attempt) % _endpoints.Length];
    }
}

/// <summary>Maglev: every slot of a table of prime size, filled in turn from each endpoint's own permutation. Immutable.</summary>
internal sealed class MaglevTable : IHashTable
{
    private readonly EndpointModel[] _endpoints;
    private readonly int[] _slots;

    private MaglevTable(EndpointModel[] endpoints, int[] slots) => (_endpoints, _slots) = (endpoints, slots);

    public IReadOnlyList<int> Slots => _slots;

    public static MaglevTable Build(IReadOnlyList<(EndpointModel Endpoint, double Weight)> members, int size)
    {
        // In the order of addresses, so that proxies which learned of the endpoints in another order agree.
        var sorted = members.OrderBy(m => m.Endpoint.State.Key.Address.ToString(), StringComparer.Ordinal).ToArray();
        var largest = sorted.Max(m => m.Weight);
        var targets = new double[sorted.Length];
        var offsets = new ulong[sorted.Length];
        var skips = new ulong[sorted.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            var key = Encoding.ASCII.GetBytes(sorted[i].Endpoint.State.Key.Address.ToString()!);
            offsets[i] = XxHash.Of(key) % (ulong)size;
            skips[i] = XxHash.Of(key, 1) % (ulong)(size - 1) + 1;
        }
        var slots = new int[size];
        Array.Fill(slots, -1);
        var filled = 0;
        for (var round = 1; filled < size; round++)
        {
            for (var i = 0; i < sorted.Length && filled < size; i++)
            {
                // One of a third of the largest weight takes its turn in every third round.
                if (round * sorted[i].Weight < targets[i]) continue;
                targets[i] += largest;
                while (slots[offsets[i]] >= 0) offsets[i] = (offsets[i] + skips[i]) % (ulong)size;
                slots[offsets[i]] = i;
                filled++;
            }
        }
        return new MaglevTable([.. sorted.Select(m => m.Endpoint)], slots);
    }

    public EndpointModel Find(ulong hash, int attempt)
    {
        if (attempt > 0) hash ^= ~0ul - (ulong)attempt + 1;
        return _endpoints[_slots[hash % (ulong)_slots.Length]];
    }
}
