using System.Globalization;

namespace Mesh.Sidecar.Upstreams.Http1;

internal enum BodyKind
{
    None,
    Length,
    Chunked,

    /// <summary>The end of the connection is the end of the body.</summary>
    UntilClose,
}

/// <summary>Where a response's body ends and whether its connection can carry another (RFC 9112, 6.3 and 9.3). Pure.</summary>
internal readonly record struct BodyFraming(BodyKind Kind, long Length, bool KeepsAlive)
{
    private const int SwitchingProtocols = 101;

    public static ResponseFault TryDecide(string method, ResponseHead head, out BodyFraming framing)
    {
        long? length = null;
        bool isChunked = false, close = false, keepAlive = false;
        framing = default;
        foreach (var (name, value) in head.Fields)
        {
            if (ResponseHead.Is(name, "Content-Length"))
            {
                // More than one, even alike, in one field or several: Envoy refuses it, too.
                if (length is not null || !TryReadLength(value, out var read)) return ResponseFault.ContentLength;
                length = read;
            }
            else if (ResponseHead.Is(name, "Transfer-Encoding"))
            {
                if (isChunked || !ResponseHead.Is(value, "chunked")) return ResponseFault.TransferEncoding;
                isChunked = true;
            }
            else if (ResponseHead.Is(name, "Connection"))
            {
                close |= HasOption(value, "close");
                keepAlive |= HasOption(value, "keep-alive");
            }
        }
        if (isChunked && length is not null) return ResponseFault.LengthBesideChunks;
        // HTTP/1.0 has no chunks: whoever sends them so is not to be believed about where the body ends.
        if (isChunked && head.IsHttp10) return ResponseFault.TransferEncoding;
        if (head.Status is < 200 or 204 && (isChunked || length > 0)) return ResponseFault.BodyForbidden;
        // A tunnel in answer to CONNECT is not ours to carry.
        var isTunnel = HttpMethods.IsConnect(method) && head.Status is >= 200 and < 300;
        var reusable = !close && (!head.IsHttp10 || keepAlive) && !isTunnel && head.Status != SwitchingProtocols;
        framing = HasNoBody(method, head.Status) ? new BodyFraming(BodyKind.None, 0, reusable)
            : isChunked ? new BodyFraming(BodyKind.Chunked, 0, reusable)
            : length is { } declared ? new BodyFraming(declared == 0 ? BodyKind.None : BodyKind.Length, declared, reusable)
            : new BodyFraming(BodyKind.UntilClose, 0, KeepsAlive: false);
        return ResponseFault.None;
    }

    private static bool HasNoBody(string method, int status) => status is < 200 or 204 or 304 || HttpMethods.IsHead(method);

    // Digits only, no sign, no list; beyond 18 digits there is no such body.
    private static bool TryReadLength(string value, out long length)
    {
        length = 0;
        return value.Length <= 18 && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out length);
    }

    private static bool HasOption(string value, string option)
    {
        foreach (var range in value.AsSpan().Split(','))
            if (value.AsSpan(range).Trim().Equals(option, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
