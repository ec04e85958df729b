using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Mesh.Cluster.Membership.Remoting;

/// <summary>A frame is its length, four bytes, lowest first, and then the payload: as Akka.NET's own transport has it on the wire. Pure.</summary>
internal static class Frames
{
    public const int HeaderBytes = 4;

    /// <summary>Takes the first frame off <paramref name="input"/>; false when it is not there whole.</summary>
    /// <exception cref="InvalidDataException">The frame is longer than <paramref name="maximum"/>; nothing after it can be understood.</exception>
    public static bool TryRead(ref ReadOnlySpan<byte> input, int maximum, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (input.Length < HeaderBytes) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(input);
        if (length < 0 || length > maximum) throw new InvalidDataException($"a frame of {(uint)length} bytes, more than {maximum}");
        if (input.Length - HeaderBytes < length) return false;
        payload = input.Slice(HeaderBytes, length);
        input = input[(HeaderBytes + length)..];
        return true;
    }

    public static void Write(IBufferWriter<byte> output, ByteString payload)
    {
        var span = output.GetSpan(HeaderBytes + payload.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span, payload.Length);
        payload.Span.CopyTo(span[HeaderBytes..]);
        output.Advance(HeaderBytes + payload.Length);
    }
}
