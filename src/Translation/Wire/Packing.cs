using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Translation.Wire;

/// <summary>
/// Turns messages into bytes that depend on their content alone. Protobuf leaves the order of map entries open and C# keeps
/// that of insertion, so everything is packed deterministically: versions must agree between nodes and restarts.
/// </summary>
internal static class Packing
{
    private const string Prefix = "type.googleapis.com/";

    public static Any Pack(IMessage message) => new()
    {
        TypeUrl = Prefix + message.Descriptor.FullName,
        Value = Serialize(message),
    };

    public static ProxyResource Resource(string name, IMessage message)
    {
        var body = Pack(message);
        // 128 bits: a collision by accident is out of reach, and nobody gains by making one in his own configuration.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body.Value.Span, hash);
        return new ProxyResource(name, Convert.ToHexStringLower(hash[..16]), body);
    }

    private static ByteString Serialize(IMessage message)
    {
        var bytes = new byte[message.CalculateSize()];
        using var output = new CodedOutputStream(bytes) { Deterministic = true };
        message.WriteTo(output);
        output.Flush();
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
