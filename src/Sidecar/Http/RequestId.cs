using System.Security.Cryptography;

namespace Mesh.Sidecar.Http;

/// <summary>
/// Values of <c>x-request-id</c>: random UUIDs (RFC 9562, version 4). A thread draws its random bytes in advance, because asking the
/// kernel for each is a system call a request.
/// </summary>
internal static class RequestId
{
    private const int Ahead = 128;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _used;

    public static string Next()
    {
        var random = _random ??= new byte[Ahead * 16];
        if (_used == 0) RandomNumberGenerator.Fill(random);
        Span<byte> id = random.AsSpan(_used, 16);
        _used = (_used + 16) % random.Length;
        id[6] = (byte)((id[6] & 0x0F) | 0x40);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true).ToString();
    }
}
