using System.Buffers.Text;
using System.Text;

namespace Mesh.Bench.Net;

/// <summary>
/// The little of an HTTP/1.1 response that a load generator must know: where it ends, its status, its body. Only
/// <c>Content-Length</c> framing: every peer forwards that of the application, and one that turned it into chunks would do
/// different work, which should be seen and not hidden.
/// </summary>
internal static class HttpResponse
{
    /// <summary>Answers false while the response is not whole yet.</summary>
    /// <exception cref="InvalidDataException">These bytes are no response of ours.</exception>
    public static bool TryParse(ReadOnlySpan<byte> received, out int status, out Range body)
    {
        status = 0;
        body = default;
        var headEnd = received.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
            return false;

        var head = received[..headEnd];
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out status, out _))
            throw new InvalidDataException("the answer does not begin with an HTTP/1.1 status line");

        var length = ContentLength(head);
        body = (headEnd + 4)..(headEnd + 4 + length);
        return received.Length >= headEnd + 4 + length;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var rest = head;
        while (rest.IndexOf("\r\n"u8) is var lineEnd and >= 0)
        {
            rest = rest[(lineEnd + 2)..];
            if (rest.Length > 15 && Ascii.EqualsIgnoreCase(rest[..15], "content-length:"u8))
            {
                var value = rest[15..].TrimStart((byte)' ');
                if (Utf8Parser.TryParse(value, out int length, out _) && length >= 0)
                    return length;
            }
        }

        throw new InvalidDataException("the answer has no Content-Length");
    }
}
