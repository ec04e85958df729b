using System.IO.Compression;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// The last resource of each type and name as it came, for dumps and for whatever is made only when first used. Thousands of resources are much alike, so all but the
/// newest lie compressed, many in one block. One thread writes, any may read; guarded by one lock.
/// </summary>
internal sealed class SourceStore
{
    /// <summary>What is left uncompressed of a type, and the size of a block: large enough to compress well, small enough to open for one resource.</summary>
    private const int BlockBytes = 32 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Shelf> _shelves = [];

    public void Set(string type, string name, ByteString source)
    {
        lock (_lock)
        {
            if (!_shelves.TryGetValue(type, out var shelf)) _shelves[type] = shelf = new Shelf();
            shelf.Set(name, source.Memory);
        }
    }

    public void Remove(string type, string name)
    {
        lock (_lock)
            if (_shelves.TryGetValue(type, out var shelf)) shelf.Remove(name);
    }

    /// <summary>The resource's bytes; null when there is none of that name.</summary>
    public ReadOnlyMemory<byte>? Find(string type, string name)
    {
        lock (_lock) return _shelves.TryGetValue(type, out var shelf) ? shelf.Find(name) : null;
    }

    public IReadOnlyList<string> Names(string type)
    {
        lock (_lock) return _shelves.TryGetValue(type, out var shelf) ? [.. shelf.Names] : [];
    }

    /// <summary>All of a type, in the order of their names.</summary>
    public IReadOnlyList<(string Name, ReadOnlyMemory<byte> Source)> All(string type)
    {
        lock (_lock) return _shelves.TryGetValue(type, out var shelf) ? shelf.All() : [];
    }

    /// <summary>Where a resource lies: in an array, by itself, or in a <see cref="SourceStore.Block"/>. One for each resource, hence small.</summary>
    private readonly record struct Place(object Holder, int Offset, int Length)
    {
        public static Place Of(ReadOnlyMemory<byte> source) => MemoryMarshal.TryGetArray(source, out var array) && array.Array is { } bytes
            ? new Place(bytes, array.Offset, array.Count) : new Place(source.ToArray(), 0, source.Length);

        public Block? Block => Holder as Block;

        public ReadOnlyMemory<byte> Single => ((byte[])Holder).AsMemory(Offset, Length);
    }

    private sealed class Block(byte[] compressed, int size)
    {
        public byte[] Compressed => compressed;

        /// <summary>Uncompressed.</summary>
        public int Size { get; } = size;

        /// <summary>Bytes of it that still are somebody's last.</summary>
        public int Live { get; set; } = size;
    }

    private sealed class Shelf
    {
        private readonly Dictionary<string, Place> _places = [];
        // The block that was opened last: whoever reads a resource reads its neighbours next.
        private readonly WeakReference<byte[]> _open = new([]);
        private Block? _opened;
        private int _singleBytes;

        public IEnumerable<string> Names => _places.Keys;

        public void Set(string name, ReadOnlyMemory<byte> source)
        {
            Forget(name);
            _places[name] = Place.Of(source);
            _singleBytes += source.Length;
            if (_singleBytes >= 2 * BlockBytes) Pack();
        }

        public void Remove(string name)
        {
            Forget(name);
            _places.Remove(name);
        }

        public ReadOnlyMemory<byte>? Find(string name) => _places.TryGetValue(name, out var place) ? (ReadOnlyMemory<byte>?)Read(place) : null;

        public List<(string, ReadOnlyMemory<byte>)> All()
        {
            var all = new List<(string, ReadOnlyMemory<byte>)>(_places.Count);
            // Block by block, then in order: each is opened once.
            foreach (var group in _places.GroupBy(p => p.Value.Block))
                foreach (var (name, place) in group) all.Add((name, Read(place)));
            all.Sort(static (a, b) => string.CompareOrdinal(a.Item1, b.Item1));
            return all;
        }

        private ReadOnlyMemory<byte> Read(Place place) => place.Block is { } block ? Open(block).AsMemory(place.Offset, place.Length) : place.Single;

        private void Forget(string name)
        {
            if (!_places.TryGetValue(name, out var place)) return;
            if (place.Block is not { } block)
            {
                _singleBytes -= place.Length;
                return;
            }
            block.Live -= place.Length;
            if (block.Live > 0 && block.Live < block.Size / 2) Unpack(block, except: name);
        }

        // What is left of a block lies by itself until there is enough for another one.
        private void Unpack(Block block, string except)
        {
            var bytes = Open(block);
            foreach (var (name, place) in _places.Where(p => p.Value.Block == block && p.Key != except).ToArray())
            {
                _places[name] = Place.Of(bytes.AsSpan(place.Offset, place.Length).ToArray());
                _singleBytes += place.Length;
            }
        }

        private void Pack()
        {
            var singles = _places.Where(p => p.Value.Block is null).ToArray();
            for (var first = 0; first < singles.Length;)
            {
                var (last, size) = (first, 0);
                while (last < singles.Length && (size == 0 || size + singles[last].Value.Length <= BlockBytes)) size += singles[last++].Value.Length;
                PackInto(singles.AsSpan(first, last - first), size);
                first = last;
            }
            _singleBytes = 0;
        }

        private void PackInto(ReadOnlySpan<KeyValuePair<string, Place>> singles, int size)
        {
            using var buffer = new MemoryStream();
            using (var deflate = new DeflateStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
                foreach (var (_, place) in singles) deflate.Write(place.Single.Span);
            var block = new Block(buffer.ToArray(), size);
            var offset = 0;
            foreach (var (name, place) in singles)
            {
                _places[name] = new Place(block, offset, place.Length);
                offset += place.Length;
            }
        }

        private byte[] Open(Block block)
        {
            if (_opened == block && _open.TryGetTarget(out var open)) return open;
            var bytes = new byte[block.Size];
            using var inflate = new DeflateStream(new MemoryStream(block.Compressed), CompressionMode.Decompress);
            inflate.ReadExactly(bytes);
            _opened = block;
            _open.SetTarget(bytes);
            return bytes;
        }
    }
}
