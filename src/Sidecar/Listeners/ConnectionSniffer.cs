using System.Buffers;
using System.IO.Pipelines;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Listeners;

internal enum WireProtocol
{
    /// <summary>More bytes are needed to tell.</summary>
    Undecided,
    Tls,

    /// <summary>Neither of the others: where HTTP is spoken, what is none is answered as a request that cannot be read.</summary>
    Http1,
    Http2,

    /// <summary>Ended before it could be told, or never looked at.</summary>
    Other,
    Closed,
}

/// <summary>Tells TLS, HTTP/2 with prior knowledge and the rest apart by a connection's first bytes, taking none of them.</summary>
internal static class ConnectionSniffer
{
    private const int Needed = 24;

    private static ReadOnlySpan<byte> Http2Preface => "PRI * HTTP/2.0"u8;

    /// <param name="socket">The connection.</param>
    /// <param name="began">Called once when something has come, and it is not enough to tell.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async ValueTask<WireProtocol> SniffAsync(SocketStream socket, Action began, CancellationToken cancellation)
    {
        var head = new byte[Needed];
        var seen = 0;
        while (true)
        {
            var count = await socket.PeekAsync(head, seen, cancellation);
            if (count == 0) return WireProtocol.Closed;
            var protocol = Classify(head.AsSpan(0, count));
            if (protocol != WireProtocol.Undecided) return protocol;
            // No more than before: the peer is done.
            if (count <= seen) return WireProtocol.Other;
            if (seen == 0) began();
            seen = count;
        }
    }

    /// <summary>The same inside TLS.</summary>
    public static async ValueTask<WireProtocol> SniffAsync(PipeReader input, CancellationToken cancellation)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellation);
            var protocol = Classify(result.Buffer);
            if (protocol == WireProtocol.Undecided && result.IsCompleted) protocol = result.Buffer.IsEmpty ? WireProtocol.Closed : WireProtocol.Other;
            // Nothing is consumed; "examined" only moves while undecided, so that the next read waits for more.
            input.AdvanceTo(result.Buffer.Start, protocol == WireProtocol.Undecided ? result.Buffer.End : result.Buffer.Start);
            if (protocol != WireProtocol.Undecided) return protocol;
        }
    }

    /// <summary>The protocol that <paramref name="bytes"/>, a connection's beginning, speaks.</summary>
    public static WireProtocol Classify(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> head = stackalloc byte[Needed];
        var length = (int)Math.Min(bytes.Length, head.Length);
        bytes.Slice(0, length).CopyTo(head);
        return Classify(head[..length]);
    }

    private static WireProtocol Classify(ReadOnlySpan<byte> head)
    {
        var length = head.Length;
        if (length == 0) return WireProtocol.Undecided;
        // RFC 8446, 5.1: a handshake record is 22, major version 3.
        if (head[0] == 0x16) return length < 2 ? WireProtocol.Undecided : head[1] == 3 ? WireProtocol.Tls : WireProtocol.Http1;
        var compared = Math.Min(length, Http2Preface.Length);
        if (head[..compared].SequenceEqual(Http2Preface[..compared]))
            return compared == Http2Preface.Length ? WireProtocol.Http2 : WireProtocol.Undecided;
        return WireProtocol.Http1;
    }
}
