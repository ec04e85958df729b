using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Mesh.Sidecar.Routing;

/// <summary>
/// Finds a virtual host by exact domain, ignoring case. Every service of a mesh has about eight domains: as strings in a dictionary they were
/// the larger part of a route table; here they are letters in one array, and an index to it. Most of a service's domains are the beginning of another one, with
/// a port or without, and have no letters of their own. Immutable; a look-up allocates nothing.
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

    /// <summary>What is longer than this does not fit.</summary>
    public const int MaxLength = ushort.MaxValue;

    /// <summary>The first to name a domain has it. Domains must be ASCII, and at most <see cref="MaxLength"/> letters.</summary>
    public static DomainTable Build(IReadOnlyList<(string Domain, int Host)> domains)
    {
        if (domains.Count == 0) return Empty;
        var letters = new List<byte>();
        var entries = new Entry[domains.Count];
        for (var first = 0; first < entries.Length;)
        {
            var end = first + 1;
            while (end < entries.Length && domains[end].Host == domains[first].Host) end++;
            Write(domains, first, end, letters, entries);
            first = end;
        }
        var table = new DomainTable([.. letters], entries);
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
            if (entry.IsMatch(_letters, domain)) return entry.Host;
        }
    }

    // The domains of one host: the longest first, so that the others can be found in it.
    private static void Write(IReadOnlyList<(string Domain, int Host)> domains, int first, int end, List<byte> letters, Entry[] entries)
    {
        var stems = new List<(string Stem, int Start)>();
        foreach (var i in Enumerable.Range(first, end - first).OrderByDescending(i => Split(domains[i].Domain).Stem.Length))
        {
            var (stem, port) = Split(domains[i].Domain);
            var start = stems.Find(s => s.Stem.StartsWith(stem, StringComparison.Ordinal)) is { Stem: not null } longer ? longer.Start : -1;
            if (start < 0)
            {
                start = letters.Count;
                letters.AddRange(Encoding.ASCII.GetBytes(stem));
                stems.Add((stem, start));
            }
            entries[i] = new Entry(start, domains[i].Host, (ushort)stem.Length, port);
        }
    }

    // What does not end in a port as it is usually written is its own stem; so is port 0, which nobody has.
    private static (string Stem, ushort Port) Split(string domain)
    {
        var colon = domain.LastIndexOf(':');
        return colon >= 0 && PortOf(domain.AsSpan(colon + 1)) is var port and > 0 ? (domain[..colon], port) : (domain, (ushort)0);
    }

    // 0 for what is not exactly how a port is written, so that equal ports are equal texts.
    private static ushort PortOf(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 5 || text[0] == '0') return 0;
        var port = 0;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit)) return 0;
            port = port * 10 + (digit - '0');
        }
        return port <= ushort.MaxValue ? (ushort)port : (ushort)0;
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

    /// <summary>Letters, and after them a colon and a port unless that is 0.</summary>
    private readonly record struct Entry(int Start, int Host, ushort Length, ushort Port)
    {
        public bool IsMatch(byte[] letters, ReadOnlySpan<char> domain)
        {
            if (Port == 0) return Ascii.EqualsIgnoreCase(letters.AsSpan(Start, Length), domain);
            return domain.Length > Length && domain[Length] == ':' && PortOf(domain[(Length + 1)..]) == Port
                && Ascii.EqualsIgnoreCase(letters.AsSpan(Start, Length), domain[..Length]);
        }
    }
}
