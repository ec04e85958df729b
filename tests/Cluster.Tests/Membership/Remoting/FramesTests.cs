using System.Buffers;
using Google.Protobuf;
using Mesh.Cluster.Membership.Remoting;

namespace Mesh.Cluster.Tests.Membership.Remoting;

public sealed class FramesTests
{
    [Fact]
    public void TryRead_SeveralFramesInPieces_GivesEachWholeAndInOrder()
    {
        var written = new ArrayBufferWriter<byte>();
        string[] payloads = ["first", "", new string('x', 1000)];
        foreach (var payload in payloads) Frames.Write(written, ByteString.CopyFromUtf8(payload));
        for (var piece = 1; piece <= written.WrittenCount; piece += 7)
        {
            var read = new List<string>();
            var kept = Array.Empty<byte>();
            foreach (var part in written.WrittenMemory.ToArray().Chunk(piece))
            {
                ReadOnlySpan<byte> input = [.. kept, .. part];
                while (Frames.TryRead(ref input, 1000, out var payload)) read.Add(System.Text.Encoding.UTF8.GetString(payload));
                kept = input.ToArray();
            }
            Assert.Equal(payloads, read);
            Assert.Empty(kept);
        }
    }

    [Fact]
    public void Write_APayload_HasItsLengthLowestByteFirst()
    {
        var written = new ArrayBufferWriter<byte>();
        Frames.Write(written, ByteString.CopyFrom(7, 8));
        Assert.Equal([2, 0, 0, 0, 7, 8], written.WrittenMemory.ToArray());
    }

    [Theory]
    [InlineData(new byte[] { 0xE9, 3, 0, 0 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    public void TryRead_LongerThanAllowed_IsRefused(byte[] header)
    {
        Assert.Throws<InvalidDataException>(() =>
        {
            ReadOnlySpan<byte> input = header;
            Frames.TryRead(ref input, 1000, out _);
        });
    }
}
