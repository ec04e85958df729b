using System.Text;
using Mesh.Sidecar.Upstreams.Http1;

namespace Mesh.Sidecar.Tests.Upstreams.Http1;

/// <summary>Chunks in whatever pieces they come.</summary>
public sealed class ChunkedDecoderTests
{
    private static readonly string LongExtension = $"5;{new string('a', 4000)}\r\nhello\r\n0\r\n";

    public static TheoryData<string, string> Bodies => new()
    {
        { "0\r\n\r\n", "" },
        { "5\r\nhello\r\n0\r\n\r\n", "hello" },
        { "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world" },
        { "00005\r\nhello\r\n000\r\n\r\n", "hello" },
        { "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789" },
        { "5;x=\"y\"\r\nhello\r\n0;last\r\n\r\n", "hello" },
        { "5 ;x\r\nhello\r\n0\t\r\n\r\n", "hello" },
        { "2\r\n\r\n\r\n0\r\n\r\n", "\r\n" },
        { LongExtension, "hello" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Next_InPiecesOfAnySize_GivesTheSame(string wire, string body)
    {
        var bytes = Encoding.Latin1.GetBytes(wire);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var (text, step, _) = Run(bytes, size);
            Assert.Equal((body, ChunkStep.Trailers), (text, step));
        }
    }

    [Theory]
    [MemberData(nameof(MalformedResponses.Bodies), MemberType = typeof(MalformedResponses))]
    public void Next_Malformed_IsRefusedByNameInPiecesOfAnySize(string wire, string fault)
    {
        var bytes = Encoding.Latin1.GetBytes(wire);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var (_, step, found) = Run(bytes, size);
            Assert.Equal((ChunkStep.Fault, fault), (step, found.ToString()));
        }
    }

    [Fact]
    public void Next_EndlessExtension_IsRefused()
    {
        var (_, step, _) = Run(Encoding.ASCII.GetBytes("5;" + new string('a', 10_000)), 100);
        Assert.Equal(ChunkStep.Fault, step);
    }

    [Fact]
    public void Next_AfterTheLastChunk_LeavesTheTrailers()
    {
        var decoder = new ChunkedDecoder();
        Assert.Equal(ChunkStep.Trailers, decoder.Next("0\r\nA: b\r\n\r\n"u8, out var taken, out var data));
        Assert.Equal((3, 0), (taken, data));
    }

    private static (string Body, ChunkStep Last, ResponseFault Fault) Run(byte[] wire, int size)
    {
        var decoder = new ChunkedDecoder();
        var body = new StringBuilder();
        var step = ChunkStep.NeedMore;
        for (var at = 0; at < wire.Length; at += size)
        {
            var piece = wire.AsSpan(at, Math.Min(size, wire.Length - at));
            while (true)
            {
                step = decoder.Next(piece, out var taken, out var data);
                body.Append(Encoding.Latin1.GetString(piece.Slice(taken, data)));
                piece = piece[(taken + data)..];
                if (step is ChunkStep.Fault or ChunkStep.Trailers) return (body.ToString(), step, decoder.Fault);
                if (step == ChunkStep.NeedMore) break;
            }
        }
        return (body.ToString(), step, decoder.Fault);
    }
}
