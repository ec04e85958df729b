using static Mesh.Sidecar.Tests.Protocols.Http2Frames.Http2Error;
using static Mesh.Sidecar.Tests.Protocols.Http2Frames.Http2Wire;

namespace Mesh.Sidecar.Tests.Protocols.Http2Frames;

/// <summary>
/// What RFC 9113 demands of a server, section by section, frame by frame, at a client's proxy with another proxy and an application behind it.
/// An error of a stream may be answered as one of the connection (5.4.1), and a connection error by closing without a GOAWAY.
/// </summary>
public sealed class ConformanceTests(WirePair wire) : IClassFixture<WirePair>
{
    private static readonly Dictionary<string, (Http2Error[] Errors, Func<Http2Wire, Task> Act)> Errors = new()
    {
        ["4.2 DATA beyond the largest frame"] = ([FrameSizeError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.SendAsync(FrameType.Data, Frame.EndStream, 1, new byte[16_385]);
        }),
        ["4.2 HEADERS beyond the largest frame"] = ([FrameSizeError], c => c.SendAsync(FrameType.Headers, 5, 1, new byte[16_385])),
        ["4.3 block that does not decode"] = ([CompressionError], c => c.SendAsync(FrameType.Headers, 5, 1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])),
        ["4.3 index of nothing"] = ([CompressionError, InternalError], c => c.SendAsync(FrameType.Headers, 5, 1, [0x80])),
        ["4.3 table larger than allowed"] = ([CompressionError], c => c.SendAsync(FrameType.Headers, 5, 1, [0x3F, 0xE1, 0xFF, 0xFF, 0x07, .. Block(Get)])),
        ["4.3 another frame within a block"] = ([ProtocolError], async c =>
        {
            await c.SendAsync(FrameType.Headers, Frame.EndStream, 1, Block(Get));
            await c.SendAsync(FrameType.Ping, 0, 0, new byte[8]);
        }),
        ["4.3 another stream within a block"] = ([ProtocolError], async c =>
        {
            await c.SendAsync(FrameType.Headers, Frame.EndStream, 1, Block(Get));
            await c.HeadersAsync(3, true, Get);
        }),
        ["5.1 idle: DATA"] = ([ProtocolError, StreamClosed], c => c.DataAsync(1, true, "a")),
        ["5.1 idle: RST_STREAM"] = ([ProtocolError], c => c.SendAsync(FrameType.RstStream, 0, 1, Number(8))),
        ["5.1 idle: WINDOW_UPDATE"] = ([ProtocolError], c => c.SendAsync(FrameType.WindowUpdate, 0, 1, Number(100))),
        ["5.1 idle: CONTINUATION"] = ([ProtocolError], c => c.SendAsync(FrameType.Continuation, Frame.EndHeaders, 1, Block(Get))),
        ["5.1 half-closed: DATA"] = ([StreamClosed], async c =>
        {
            await c.HeadersAsync(1, true, Get);
            await c.DataAsync(1, true, "a");
        }),
        ["5.1 half-closed: HEADERS"] = ([StreamClosed, ProtocolError], async c =>
        {
            await c.HeadersAsync(1, true, Get);
            await c.HeadersAsync(1, true, Get);
        }),
        ["5.1 half-closed: CONTINUATION"] = ([StreamClosed, ProtocolError], async c =>
        {
            await c.HeadersAsync(1, true, Get);
            await c.SendAsync(FrameType.Continuation, Frame.EndHeaders, 1, Block(Get));
        }),
        ["5.1 closed: HEADERS"] = ([StreamClosed, ProtocolError], async c =>
        {
            await c.HeadersAsync(1, true, Get);
            await c.ResponseAsync(1);
            await c.HeadersAsync(1, true, Get);
        }),
        ["5.1.1 even stream"] = ([ProtocolError], c => c.HeadersAsync(2, true, Get)),
        ["5.1.1 older stream"] = ([ProtocolError, StreamClosed], async c =>
        {
            await c.HeadersAsync(5, true, Get);
            await c.HeadersAsync(3, true, Get);
        }),
        ["5.3.1 stream that depends on itself"] = ([ProtocolError], c => c.SendAsync(FrameType.Headers, 0x25, 1, [0, 0, 0, 1, 16, .. Block(Get)])),
        ["6.1 DATA on stream 0"] = ([ProtocolError], c => c.DataAsync(0, true, "a")),
        ["6.1 more padding than payload"] = ([ProtocolError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.SendAsync(FrameType.Data, Frame.Padded | Frame.EndStream, 1, [5, 0]);
        }),
        ["6.2 HEADERS on stream 0"] = ([ProtocolError], c => c.HeadersAsync(0, true, Get)),
        ["6.2 more padding than payload"] = ([ProtocolError], c => c.SendAsync(FrameType.Headers, Frame.Padded | 5, 1, [255, .. Block(Get)])),
        ["6.3 PRIORITY on stream 0"] = ([ProtocolError], c => c.SendAsync(FrameType.Priority, 0, 0, [0, 0, 0, 1, 16])),
        ["6.3 PRIORITY of another length"] = ([FrameSizeError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.SendAsync(FrameType.Priority, 0, 1, [0, 0, 0, 3]);
        }),
        ["6.4 RST_STREAM on stream 0"] = ([ProtocolError], c => c.SendAsync(FrameType.RstStream, 0, 0, Number(8))),
        ["6.4 RST_STREAM of another length"] = ([FrameSizeError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.SendAsync(FrameType.RstStream, 0, 1, [0, 0, 8]);
        }),
        ["6.5 acknowledgement with a payload"] = ([FrameSizeError], c => c.SendAsync(FrameType.Settings, Frame.Ack, 0, Settings((4, 100)))),
        ["6.5 SETTINGS on a stream"] = ([ProtocolError], c => c.SendAsync(FrameType.Settings, 0, 1, Settings((4, 100)))),
        ["6.5 SETTINGS of another length"] = ([FrameSizeError], c => c.SendAsync(FrameType.Settings, 0, 0, [0, 4, 0, 0, 1])),
        ["6.5.2 ENABLE_PUSH of 2"] = ([ProtocolError], c => c.SendAsync(FrameType.Settings, 0, 0, Settings((2, 2)))),
        ["6.5.2 window beyond 2^31"] = ([FlowControlError], c => c.SendAsync(FrameType.Settings, 0, 0, Settings((4, 0x80000000)))),
        ["6.5.2 frames too small"] = ([ProtocolError], c => c.SendAsync(FrameType.Settings, 0, 0, Settings((5, 16_383)))),
        ["6.5.2 frames too large"] = ([ProtocolError], c => c.SendAsync(FrameType.Settings, 0, 0, Settings((5, 16_777_216)))),
        ["6.6 PUSH_PROMISE of a client"] = ([ProtocolError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.SendAsync(FrameType.PushPromise, Frame.EndHeaders, 1, [0, 0, 0, 2, .. Block(Get)]);
        }),
        ["6.7 PING on a stream"] = ([ProtocolError], c => c.SendAsync(FrameType.Ping, 0, 1, new byte[8])),
        ["6.7 PING of another length"] = ([FrameSizeError], c => c.SendAsync(FrameType.Ping, 0, 0, new byte[6])),
        ["6.8 GOAWAY on a stream"] = ([ProtocolError], c => c.SendAsync(FrameType.GoAway, 0, 1, new byte[8])),
        ["6.9 WINDOW_UPDATE of 0"] = ([ProtocolError], c => c.SendAsync(FrameType.WindowUpdate, 0, 0, Number(0))),
        ["6.9 WINDOW_UPDATE of 0 on a stream"] = ([ProtocolError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.SendAsync(FrameType.WindowUpdate, 0, 1, Number(0));
        }),
        ["6.9 WINDOW_UPDATE of another length"] = ([FrameSizeError], c => c.SendAsync(FrameType.WindowUpdate, 0, 0, [0, 0, 1])),
        ["6.9.1 window beyond 2^31"] = ([FlowControlError], async c =>
        {
            await c.SendAsync(FrameType.WindowUpdate, 0, 0, Number(int.MaxValue));
            await c.SendAsync(FrameType.WindowUpdate, 0, 0, Number(int.MaxValue));
        }),
        ["6.9.1 window of a stream beyond 2^31"] = ([FlowControlError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.SendAsync(FrameType.WindowUpdate, 0, 1, Number(int.MaxValue));
            await c.SendAsync(FrameType.WindowUpdate, 0, 1, Number(int.MaxValue));
        }),
        ["6.10 CONTINUATION on stream 0"] = ([ProtocolError], async c =>
        {
            await c.SendAsync(FrameType.Headers, Frame.EndStream, 1, Block(Get));
            await c.SendAsync(FrameType.Continuation, Frame.EndHeaders, 0, Block(Get));
        }),
        ["6.10 CONTINUATION after the block's end"] = ([ProtocolError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.SendAsync(FrameType.Continuation, Frame.EndHeaders, 1, Block(Get));
        }),
        ["8.1 second HEADERS that do not end the stream"] = ([ProtocolError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.HeadersAsync(1, false, ("x-a", "a"));
        }),
        ["8.1 pseudo-header among trailers"] = ([ProtocolError], async c =>
        {
            await c.HeadersAsync(1, false, Post);
            await c.HeadersAsync(1, true, (":method", "GET"));
        }),
        ["8.1.1 body shorter than its length"] = ([ProtocolError], async c =>
        {
            await c.HeadersAsync(1, false, [.. Post, ("content-length", "4")]);
            await c.DataAsync(1, true, "abc");
        }),
        ["8.1.1 body longer than its length"] = ([ProtocolError], async c =>
        {
            await c.HeadersAsync(1, false, [.. Post, ("content-length", "2")]);
            await c.DataAsync(1, true, "abc");
        }),
        ["8.1.1 two lengths"] = Malformed([.. Get, ("content-length", "0"), ("content-length", "1")]),
        ["8.2.1 upper-case name"] = Malformed([.. Get, ("X-A", "a")]),
        ["8.2.1 space in name"] = Malformed([.. Get, ("x a", "a")]),
        ["8.2.1 colon in name"] = Malformed([.. Get, ("x:a", "a")]),
        ["8.2.1 empty name"] = ([ProtocolError, CompressionError], c => c.HeadersAsync(1, true, [.. Get, ("", "a")])),
        ["8.2.1 NUL in value"] = Malformed([.. Get, ("x-a", "a\0b")]),
        ["8.2.1 line feed in value"] = Malformed([.. Get, ("x-a", "a\nhost: b")]),
        ["8.2.1 carriage return in value"] = Malformed([.. Get, ("x-a", "a\rb")]),
        ["8.2.1 line end in path"] = Malformed([(":method", "GET"), (":scheme", "http"), (":path", "/ HTTP/1.1\r\nHost: a\r\n\r\nGET /hidden"), (":authority", "server")]),
        ["8.2.1 line end in method"] = Malformed([(":method", "GET /hidden HTTP/1.1\r\n"), (":scheme", "http"), (":path", "/"), (":authority", "server")]),
        ["8.2.2 connection"] = Malformed([.. Get, ("connection", "keep-alive")]),
        ["8.2.2 proxy-connection"] = Malformed([.. Get, ("proxy-connection", "keep-alive")]),
        ["8.2.2 keep-alive"] = Malformed([.. Get, ("keep-alive", "timeout=5")]),
        ["8.2.2 transfer-encoding"] = Malformed([.. Get, ("transfer-encoding", "chunked")]),
        ["8.2.2 upgrade"] = Malformed([.. Get, ("upgrade", "websocket")]),
        ["8.2.2 te other than trailers"] = Malformed([.. Get, ("te", "trailers, deflate;q=0.5")]),
        ["8.3 unknown pseudo-header"] = Malformed([.. Get, (":test", "a")]),
        ["8.3 pseudo-header of a response"] = Malformed([.. Get, (":status", "200")]),
        ["8.3 pseudo-header after others"] = Malformed([(":method", "GET"), (":scheme", "http"), ("x-a", "a"), (":path", "/"), (":authority", "server")]),
        ["8.3 pseudo-header twice"] = Malformed([.. Get, (":path", "/other")]),
        ["8.3.1 no method"] = Malformed([(":scheme", "http"), (":path", "/"), (":authority", "server")]),
        ["8.3.1 no scheme"] = Malformed([(":method", "GET"), (":path", "/"), (":authority", "server")]),
        ["8.3.1 no path"] = Malformed([(":method", "GET"), (":scheme", "http"), (":authority", "server")]),
        ["8.3.1 empty path"] = Malformed([(":method", "GET"), (":scheme", "http"), (":path", ""), (":authority", "server")]),
        ["8.3.1 path of no form"] = Malformed([(":method", "GET"), (":scheme", "http"), (":path", "hidden"), (":authority", "server")]),
        ["8.3.1 host with a path"] = Malformed([(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "server/hidden")]),
    };

    public static TheoryData<string> ErrorNames => [.. Errors.Keys];

    [Theory]
    [MemberData(nameof(ErrorNames))]
    public async Task Frames_AgainstTheRules_AreAnError(string name)
    {
        var (errors, act) = Errors[name];
        using var client = await OpenAsync(wire.Pair.OutboundPort);
        client.Case = name;
        await act(client);
        var answer = await client.ReadUntilAsync(f => f.Type == FrameType.GoAway && f.Code != NoError || f.Type == FrameType.RstStream
            || f is { Type: FrameType.Headers, Stream: 1 or 3 } && name[0] == '8');
        if (answer is { Type: FrameType.Headers })
        {
            // RFC 9113, 8.1.1: a malformed request may be answered before it is refused.
            Assert.Equal(400, StatusOf(answer.Payload));
        }
        else
        {
            Assert.True(answer is null || errors.Contains(answer.Code), $"{answer?.Type} {(answer is null ? "" : answer.Code)}");
        }
        // What was right about a connection may have been served before it went wrong; nothing malformed is. A body is streamed on before its length is known.
        if (name[0] == '8' && !name.StartsWith("8.1.1 body", StringComparison.Ordinal)) Assert.DoesNotContain(wire.App.Seen, r => r["x-case"] == name);
        Assert.DoesNotContain(wire.App.Seen, r => r.Line.Contains("hidden", StringComparison.Ordinal));
    }

    private static (Http2Error[], Func<Http2Wire, Task>) Malformed((string, string)[] headers) => ([ProtocolError], c => c.HeadersAsync(1, true, headers));
}
