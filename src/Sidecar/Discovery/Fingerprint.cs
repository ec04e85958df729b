using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// 128 bits that stand for bytes no longer kept: whether a part of a resource is as it was. A collision by accident is out of reach, and whoever
/// writes configuration gains nothing by making one.
/// </summary>
internal static class Fingerprint
{
    public static UInt128 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
