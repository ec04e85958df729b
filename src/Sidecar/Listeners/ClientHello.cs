using System.Buffers.Binary;
using System.Text;

namespace Mesh.Sidecar.Listeners;

/// <summary>Reads the server name (RFC 6066, 3) out of the beginning of a TLS connection, without taking part in it.</summary>
internal static class ClientHello
{
    private const int RecordHeader = 5;
    private const byte Handshake = 22;

    /// <summary>False while more bytes may change the answer. A name that is not there, and bytes that are no ClientHello, are the empty text.</summary>
    public static bool TryReadServerName(ReadOnlySpan<byte> bytes, out string name)
    {
        name = "";
        // A hello may be cut into records at any place; their contents follow one another.
        var hello = new byte[bytes.Length];
        var length = 0;
        while (true)
        {
            var isComplete = IsComplete(hello.AsSpan(0, length), out var isHello);
            if (!isHello) return true;
            if (isComplete)
            {
                name = ServerName(hello.AsSpan(4, length - 4));
                return true;
            }
            if (bytes.Length < RecordHeader) return false;
            if (bytes[0] != Handshake) return true;
            var record = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (record == 0) return true;
            if (bytes.Length < RecordHeader + record) return false;
            bytes.Slice(RecordHeader, record).CopyTo(hello.AsSpan(length));
            length += record;
            bytes = bytes[(RecordHeader + record)..];
        }
    }

    private static bool IsComplete(ReadOnlySpan<byte> hello, out bool isHello)
    {
        isHello = hello.IsEmpty || hello[0] == 1;
        return hello.Length >= 4 && hello.Length - 4 >= (hello[1] << 16 | hello[2] << 8 | hello[3]);
    }

    // Version, random, session, cipher suites, compressions, extensions (RFC 8446, 4.1.2).
    private static string ServerName(ReadOnlySpan<byte> body)
    {
        if (body.Length < 34) return "";
        body = body[34..];
        if (!Skip(ref body, 1) || !Skip(ref body, 2) || !Skip(ref body, 1) || !Take(ref body, 2, out var extensions)) return "";
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!Take(ref extensions, 2, out var extension)) return "";
            if (type == 0) return FirstName(extension);
        }
        return "";
    }

    private static string FirstName(ReadOnlySpan<byte> extension)
    {
        if (!Take(ref extension, 2, out var names) || names.IsEmpty || names[0] != 0) return "";
        names = names[1..];
        return Take(ref names, 2, out var name) && Ascii.IsValid(name) ? Encoding.ASCII.GetString(name).ToLowerInvariant() : "";
    }

    private static bool Skip(ref ReadOnlySpan<byte> rest, int prefix) => Take(ref rest, prefix, out _);

    // A vector: its length in one or two bytes, then itself.
    private static bool Take(ref ReadOnlySpan<byte> rest, int prefix, out ReadOnlySpan<byte> vector)
    {
        vector = default;
        if (rest.Length < prefix) return false;
        var length = prefix == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < prefix + length) return false;
        vector = rest.Slice(prefix, length);
        rest = rest[(prefix + length)..];
        return true;
    }
}
