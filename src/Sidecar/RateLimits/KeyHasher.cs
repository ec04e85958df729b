using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Mesh.Sidecar.RateLimits;

/// <summary>
/// SipHash-2-4 (Aumasson, Bernstein) with a key drawn when the process starts: who does not know it can neither make two keys collide nor find one
/// that collides with another's.
/// </summary>
internal struct KeyHasher
{
    private static readonly (ulong K0, ulong K1) Secret = (Draw(), Draw());

    private ulong _v0 = Secret.K0 ^ 0x736f6d6570736575;
    private ulong _v1 = Secret.K1 ^ 0x646f72616e646f6d;
    private ulong _v2 = Secret.K0 ^ 0x6c7967656e657261;
    private ulong _v3 = Secret.K1 ^ 0x7465646279746573;
    private ulong _tail;
    private int _length;

    public KeyHasher()
    {
    }

    /// <summary>An attribute that the request does not have; no value is taken for it.</summary>
    public void AddMissing() => Add(0);

    public void Add(ReadOnlySpan<char> text)
    {
        AddLength(text.Length);
        foreach (var b in MemoryMarshal.AsBytes(text)) Add(b);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        AddLength(bytes.Length);
        foreach (var b in bytes) Add(b);
    }

    public ulong Finish()
    {
        Compress(_tail | ((ulong)_length << 56));
        _v2 ^= 0xff;
        for (var i = 0; i < 4; i++) Round();
        return _v0 ^ _v1 ^ _v2 ^ _v3;
    }

    // So that "ab", "c" is another key than "a", "bc".
    private void AddLength(int length)
    {
        Add(1);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        foreach (var b in bytes) Add(b);
    }

    private void Add(byte value)
    {
        _tail |= (ulong)value << (8 * (_length & 7));
        if ((++_length & 7) != 0) return;
        Compress(_tail);
        _tail = 0;
    }

    private void Compress(ulong word)
    {
        _v3 ^= word;
        Round();
        Round();
        _v0 ^= word;
    }

    private void Round()
    {
        _v0 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
        _v0 = BitOperations.RotateLeft(_v0, 32);
        _v2 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
        _v0 += _v3;
        _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
        _v2 += _v1;
        _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
        _v2 = BitOperations.RotateLeft(_v2, 32);
    }

    private static ulong Draw()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
