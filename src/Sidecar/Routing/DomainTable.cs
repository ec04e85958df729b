using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Mesh.Sidecar.Routing;

/// <summary>
/// Finds a virtual host by exact domain, ignoring case. Every service of a mesh has about eight domains: as strings in a dictionary they were
/// the larger part of a route table; here they are their letters in one array, and an index to it. Immutable; a look-up allocates nothing.
/// </summary>
internal sealed class DomainTable
{
    private static readonly DomainTable Empty = new([], []);

    private readonly byte[] _letters;
    private readonly Entry[] _entries;
    // Open addressing; 0 is empty, else one more than the entry's index. A power of two, at most two thirds full.
    private readonly int[] _slots;

    private DomainTable(byte[] letters, Entry[] entries)
    {
        (_letters, _entries) = (letters, entries);
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, entries.Length * 3 / 2))];
    }

    public int Count => _entries.Length;

    /// <summary>The first to name a domain has it. Domains must be ASCII.</summary>
    public static DomainTable Build(IReadOnlyList<(string Domain, int Host)> domains)
    {
        if (domains.Count == 0) return Empty;
        var letters = new byte[domains.Sum(d => d.Domain.Length)];
        var entries = new Entry[domains.Count];
        var end = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            var (domain, host) = domains[i];
            entries[i] = new Entry(end, domain.Length, host);
            end += Encoding.ASCII.GetBytes(domain, letters.AsSpan(end));
        }
        var table = new DomainTable(letters, entries);
        for (var i = 0; i < entries.Length; i++) table.Add(domains[i].Domain, i);
        return table;
    }

    /// <summary>The number of the virtual host; -1 when none has this domain.</summary>
    public int Find(ReadOnlySpan<char> domain)
    {
        for (var slot = Hash(domain); ; slot++)
        {
            var index = _slots[slot & (_slots.Length - 1)] - 1;
            if (index < 0) return -1;
            var entry = _entries[index];
            if (Ascii.EqualsIgnoreCase(_letters.AsSpan(entry.Start, entry.Length), domain)) return entry.Host;
        }
    }

    private void Add(string domain, int index)
    {
        if (Find(domain) >= 0) return;
        var slot = Hash(domain);
        while (_slots[slot & (_slots.Length - 1)] != 0) slot++;
        _slots[slot & (_slots.Length - 1)] = index + 1;
    }

    // Four letters at a time, their case folded; what else that folds together is told apart by the comparison. What is in the table comes from
    // configuration alone, so nobody outside can make its domains collide.
    private static int Hash(ReadOnlySpan<char> text)
    {
        const ulong prime = 0x9E3779B185EBCA87;
        const ulong fold = 0x0020_0020_0020_0020;
        var hash = (ulong)text.Length * prime;
        var rest = MemoryMarshal.AsBytes(text);
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            hash = BitOperations.RotateLeft((hash ^ (BinaryPrimitives.ReadUInt64LittleEndian(rest) | fold)) * prime, 29);
        for (; rest.Length > 0; rest = rest[sizeof(char)..])
            hash = BitOperations.RotateLeft((hash ^ (ulong)(BinaryPrimitives.ReadUInt16LittleEndian(rest) | 0x20)) * prime, 29);
        return (int)((hash ^ (hash >> 32)) & int.MaxValue);
    }

    private readonly record struct Entry(int Start, int Length, int Host);
}
