using System.Globalization;
using System.Text;

namespace Mesh.Sidecar.Http;

/// <summary>The value of <c>grpc-message</c>: UTF-8, with everything but printable ASCII, and the percent sign, as <c>%XX</c> (gRPC over HTTP/2).</summary>
internal static class GrpcMessage
{
    public static string Encode(ReadOnlySpan<byte> text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var value in text)
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%') encoded.Append((char)value);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }
        return encoded.ToString();
    }
}
