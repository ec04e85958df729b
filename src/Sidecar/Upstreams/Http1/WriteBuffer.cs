using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>Bytes on their way to the peer, in one rented array: what is written at once goes out at once. One user at a time.</summary>
internal sealed class WriteBuffer
{
    private const int FirstSize = 4 * 1024;

    private byte[]? _array;
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public int Free => _array is null ? 0 : _array.Length - _end;

    public ReadOnlyMemory<byte> Unsent => _array.AsMemory(_start, _end - _start);

    /// <summary>Room for at least <paramref name="size"/> bytes. What is unsent stays, perhaps elsewhere: not while it is being sent.</summary>
    public Memory<byte> Reserve(int size)
    {
        if (_array is null)
        {
            _array = ArrayPool<byte>.Shared.Rent(Math.Max(size, FirstSize));
        }
        else if (_array.Length - _end < size)
        {
            var (old, length) = (_array, _end - _start);
            if (length + size > old.Length) _array = ArrayPool<byte>.Shared.Rent(Math.Max(old.Length * 2, length + size));
            old.AsSpan(_start, length).CopyTo(_array);
            (_start, _end) = (0, length);
            if (!ReferenceEquals(old, _array)) ArrayPool<byte>.Shared.Return(old);
        }
        return _array.AsMemory(_end);
    }

    public void Commit(int count) => _end += count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length).Span);
        _end += bytes.Length;
    }

    public void WriteLatin1(string text) => _end += Encoding.Latin1.GetBytes(text, Reserve(text.Length).Span);

    public void WriteNumber(long number)
    {
        number.TryFormat(Reserve(20).Span, out var length, provider: CultureInfo.InvariantCulture);
        _end += length;
    }

    /// <summary>
    /// Makes a chunk of <paramref name="count"/> bytes that the caller has put <paramref name="gap"/> bytes behind the end: its size goes before
    /// them, CR LF behind. There is room for that.
    /// </summary>
    public void CommitChunk(int gap, int count)
    {
        Span<byte> size = stackalloc byte[10];
        count.TryFormat(size, out var digits, "x", CultureInfo.InvariantCulture);
        size[digits++] = (byte)'\r';
        size[digits++] = (byte)'\n';
        var array = _array.AsSpan();
        var data = _end + gap;
        if (_start == _end)
        {
            // Nothing before it that it must follow: no need to move the data.
            _start = data - digits;
            size[..digits].CopyTo(array[_start..]);
            _end = data + count;
        }
        else
        {
            array.Slice(data, count).CopyTo(array[(_end + digits)..]);
            size[..digits].CopyTo(array[_end..]);
            _end += digits + count;
        }
        array[_end++] = (byte)'\r';
        array[_end++] = (byte)'\n';
    }

    /// <summary>All of it is sent.</summary>
    public void Sent() => _start = _end;

    /// <summary>Begins at the front again where nothing is unsent, in an array of at least <paramref name="size"/>.</summary>
    public void Rewind(int size)
    {
        if (Length > 0) return;
        if (_array is not null && _array.Length < size) Release();
        _start = _end = 0;
        Reserve(size);
    }

    public void Release()
    {
        var array = _array;
        _array = null;
        _start = _end = 0;
        if (array is not null) ArrayPool<byte>.Shared.Return(array);
    }
}
