using System.Security.Cryptography;

namespace Mesh.Protocol.Model;

/// <summary>
/// The version of a resource that has no revision: 64 bits of SHA-256 over its bytes, in hex. The same content has the same
/// version on every replica, so an agent that moves is sent nothing it holds.
/// </summary>
public static class ContentVersion
{
    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Convert.ToHexStringLower(hash[..8]);
    }
}
