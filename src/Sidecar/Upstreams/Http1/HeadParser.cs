using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// Reads heads and trailer sections (RFC 9112, 4 and 5) strictly: what two parsers could read differently is a fault. A line may end in a
/// bare LF. Pure.
/// </summary>
internal static class HeadParser
{
    /// <summary>Envoy's default of 60 KiB.</summary>
    public const int MaxLength = 60 * 1024;

    private static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> Control =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(b => b != '\t').Select(b => (byte)b), 127]);

    private static ReadOnlySpan<byte> Start => "HTTP/1."u8;

    /// <summary>
    /// The length of the section up to and with its empty line; -1 while that is not there. <paramref name="scanned"/> is where the search
    /// goes on when there is more.
    /// </summary>
    public static int EndOf(ReadOnlySpan<byte> bytes, ref int scanned)
    {
        while (scanned < bytes.Length)
        {
            var at = bytes[scanned..].IndexOf((byte)'\n');
            if (at < 0)
            {
                scanned = bytes.Length;
                return -1;
            }
            var next = scanned + at + 1;
            if (next < bytes.Length && bytes[next] == '\r') next++;
            if (next >= bytes.Length)
            {
                scanned += at;
                return -1;
            }
            if (bytes[next] == '\n') return next + 1;
            scanned = next;
        }
        return -1;
    }

    /// <summary>Whether these can be the first bytes of a response.</summary>
    public static bool CanBegin(ReadOnlySpan<byte> bytes) => bytes.Length >= Start.Length ? bytes.StartsWith(Start) : Start.StartsWith(bytes);

    /// <summary>Reads a whole head into <paramref name="head"/>.</summary>
    public static ResponseFault Parse(ReadOnlySpan<byte> bytes, ResponseHead head, FieldTexts texts)
    {
        var line = TakeLine(ref bytes);
        // HTTP/1.1 200 Fine
        if (line.Length < 12 || !line.StartsWith(Start) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ') return ResponseFault.StatusLine;
        if (!TryReadStatus(line[9..12], out var status)) return ResponseFault.StatusLine;
        var reason = line[12..];
        if (!reason.IsEmpty && (reason[0] != ' ' || reason.ContainsAny(Control))) return ResponseFault.StatusLine;
        head.Start(status, line[7] == '0', ReasonOf(status, reason));
        return ParseFields(bytes, head, texts);
    }

    /// <summary>Reads field lines up to the empty one into <paramref name="head"/>, beside what is there.</summary>
    public static ResponseFault ParseFields(ReadOnlySpan<byte> bytes, ResponseHead head, FieldTexts texts)
    {
        for (var place = 0; ; place++)
        {
            var line = TakeLine(ref bytes);
            if (line.IsEmpty) return ResponseFault.None;
            if (line[0] is (byte)' ' or (byte)'\t') return ResponseFault.FoldedLine;
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) return ResponseFault.FieldName;
            var name = line[..colon];
            if (name.ContainsAnyExcept(Token)) return ResponseFault.FieldName;
            var value = line[(colon + 1)..].Trim(" \t"u8);
            if (value.ContainsAny(Control)) return ResponseFault.FieldValue;
            if (!head.TryAdd(texts.Name(place, name), texts.Value(place, value))) return ResponseFault.TooManyFields;
        }
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0)
        {
            bytes = default;
            return default;
        }
        var line = bytes[..end];
        bytes = bytes[(end + 1)..];
        return line is [.. var rest, (byte)'\r'] ? rest : line;
    }

    private static bool TryReadStatus(ReadOnlySpan<byte> digits, out int status)
    {
        status = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            status = status * 10 + digit - '0';
        }
        return status >= 100;
    }

    private static string? ReasonOf(int status, ReadOnlySpan<byte> reason)
    {
        reason = reason.Trim((byte)' ');
        return reason.IsEmpty || Ascii.Equals(reason, ReasonPhrases.GetReasonPhrase(status)) ? null : Encoding.Latin1.GetString(reason);
    }
}
