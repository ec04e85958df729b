using System.Buffers;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Telemetry;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>How a request's body goes: with a declared length, in chunks, or not at all.</summary>
internal readonly record struct RequestFraming(bool HasBody, long? Length)
{
    public bool IsChunked => HasBody && Length is null;

    public static RequestFraming Of(HttpRequest request, bool hasBody) => new(hasBody, request.ContentLength);
}

/// <summary>
/// Writes a request's head. What could end a line or begin another request is refused, whatever let it in: HTTP/2 carries bytes in names and
/// values that mean something here.
/// </summary>
internal static class RequestHead
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // RFC 3986's characters of a registered name or address, and the port's colon.
    private static readonly SearchValues<char> Authority =
        SearchValues.Create("-._~%!$&'()*+,;=:[]0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range(0x21, 0x5e).Select(c => (char)c)]);
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n\0");

    /// <summary>False where no request can be made of it: the client's doing.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="request">The exchange.</param>
    /// <param name="host">The Host to name; the endpoint's own address where the client named none.</param>
    /// <param name="framing">Of the body that follows.</param>
    /// <param name="metadata">What tells the peer's proxy who we are; null where no peer is to know.</param>
    /// <param name="upgrade">The protocol to change to, if any.</param>
    public static bool TryWrite(
        WriteBuffer buffer, ProxyRequest request, string host, in RequestFraming framing, PeerMetadata? metadata, UpgradeRequest? upgrade)
    {
        var http = request.Http.Request;
        var method = upgrade?.Method ?? http.Method;
        if (method.Length == 0 || method.AsSpan().ContainsAnyExcept(Token) || !IsAuthority(host)) return false;
        buffer.WriteLatin1(method);
        buffer.Write(" "u8);
        if (!TryWriteTarget(buffer, request.Target, method)) return false;
        buffer.Write(" HTTP/1.1\r\nHost: "u8);
        buffer.WriteLatin1(host);
        buffer.Write("\r\n"u8);
        foreach (var (name, values) in http.Headers)
        {
            if (HopByHop.IsRequestHeader(name) || ResponseHead.Is(name, "Content-Length")) continue;
            foreach (var value in values)
                if (!TryWriteField(buffer, name, value ?? "")) return false;
        }
        if (AsksForTrailers(http)) buffer.Write("TE: trailers\r\n"u8);
        if (metadata is not null)
        {
            TryWriteField(buffer, PeerMetadata.Header, metadata.OwnHeader);
            TryWriteField(buffer, PeerMetadata.IdHeader, metadata.OwnId);
        }
        if (upgrade is not null && !upgrade.TryWrite(buffer)) return false;
        WriteFraming(buffer, method, framing);
        return true;
    }

    /// <summary>Trailers that may go: none that frame or route the message they end (RFC 9110, 6.5.1), nor what is ours to say.</summary>
    public static bool MayTrail(string name, string value) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(Token) && !HopByHop.IsRequestHeader(name) && !ResponseHead.Is(name, "Content-Length")
        && !value.AsSpan().ContainsAny(LineEnds);

    public static bool TryWriteField(WriteBuffer buffer, string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token) || value.AsSpan().ContainsAny(LineEnds)) return false;
        buffer.WriteLatin1(name);
        buffer.Write(": "u8);
        buffer.WriteLatin1(value);
        buffer.Write("\r\n"u8);
        return true;
    }

    // A port beyond all ports is nobody's, and a client that means harm by it finds parsers that cut it.
    private static bool IsAuthority(ReadOnlySpan<char> host)
    {
        if (host.ContainsAnyExcept(Authority)) return false;
        var port = host[(host.LastIndexOf(']') + 1)..];
        var colon = port.IndexOf(':');
        return colon < 0 || port[(colon + 1)..] is "" || ushort.TryParse(port[(colon + 1)..], System.Globalization.NumberStyles.None, null, out _);
    }

    // TE: trailers is the one TE that gRPC needs and HTTP/2 allows (RFC 9113, 8.2.2).
    private static bool AsksForTrailers(HttpRequest http)
    {
        var te = http.Headers.TE;
        return te.Count > 0 && te.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase);
    }

    // RFC 9110, 8.6: methods that mean a body say so when there is none.
    private static void WriteFraming(WriteBuffer buffer, string method, in RequestFraming framing)
    {
        if (framing.IsChunked)
        {
            buffer.Write("Transfer-Encoding: chunked\r\n\r\n"u8);
        }
        else if ((framing.Length ?? (HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method) ? 0 : -1)) is >= 0 and var length)
        {
            buffer.Write("Content-Length: "u8);
            buffer.WriteNumber(length);
            buffer.Write("\r\n\r\n"u8);
        }
        else
        {
            buffer.Write("\r\n"u8);
        }
    }

    // A rewrite by configuration may have put in what a target spells out in escapes.
    private static bool TryWriteTarget(WriteBuffer buffer, string target, string method)
    {
        var isStar = target == "*" && HttpMethods.IsOptions(method);
        if (!isStar && (target.Length == 0 || target[0] != '/')) return false;
        if (!target.AsSpan().ContainsAnyExcept(Visible))
        {
            buffer.WriteLatin1(target);
            return true;
        }
        foreach (var rune in target.EnumerateRunes())
        {
            if (rune.Value is <= 0x20 or 0x7f) return false;
            buffer.WriteLatin1(rune.IsAscii ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }
        return true;
    }
}
