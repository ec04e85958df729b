using System.Buffers;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>Bytes that came and are not used yet, in one rented array in one piece. Holds nothing once released. One user at a time.</summary>
internal sealed class ReadBuffer
{
    private const int FirstSize = 4 * 1024;
    private const int BodySize = 32 * 1024;

    private byte[]? _array;
    private int _start;
    private int _end;
    private bool _wasFull;

    public int Length => _end - _start;

    public ReadOnlySpan<byte> Span => _array.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(_start, _end - _start);

    /// <summary>Room for more: beside a few bytes it is the rest of the array, beside many an array of twice the size.</summary>
    public Memory<byte> Reserve()
    {
        if (_array is null)
        {
            _array = ArrayPool<byte>.Shared.Rent(_wasFull ? BodySize : FirstSize);
        }
        else if (_end == _array.Length)
        {
            var (old, length) = (_array, _end - _start);
            if (length > old.Length / 2) _array = ArrayPool<byte>.Shared.Rent(old.Length * 2);
            old.AsSpan(_start, length).CopyTo(_array);
            (_start, _end) = (0, length);
            if (!ReferenceEquals(old, _array)) ArrayPool<byte>.Shared.Return(old);
        }
        return _array.AsMemory(_end);
    }

    public void Commit(int count)
    {
        _end += count;
        _wasFull = _end == _array!.Length;
    }

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end) _start = _end = 0;
    }

    /// <summary>Gives the array back with whatever is in it.</summary>
    public void Release()
    {
        var array = _array;
        _array = null;
        _start = _end = 0;
        if (array is not null) ArrayPool<byte>.Shared.Return(array);
    }
}
