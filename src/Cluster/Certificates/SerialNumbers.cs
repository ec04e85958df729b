using System.Security.Cryptography;

namespace Mesh.Cluster.Certificates;

internal static class SerialNumbers
{
    /// <summary>128 random bits, positive: unique without any memory shared between replicas (CA/Browser baseline asks for 64).</summary>
    public static byte[] Next()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        if (serial[0] == 0) serial[0] = 1;
        return serial;
    }
}
