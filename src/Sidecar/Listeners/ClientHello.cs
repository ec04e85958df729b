using System.Buffers.Binary;
using System.Text;

namespace Mesh.Sidecar.Listeners;

/// <summary>What a TLS client says before anything else.</summary>
/// <param name="ServerName">The name it asks for, in lower case; empty: none.</param>
/// <param name="KnowsEcdsa">It verifies signatures by ECDSA keys on the curves in use.</param>
internal readonly record struct ClientGreeting(string ServerName, bool KnowsEcdsa)
{
    public static readonly ClientGreeting None = new("", false);
}

/// <summary>Reads server name (RFC 6066, 3) and signature algorithms (RFC 8446, 4.2.3) out of the beginning of a TLS connection, without taking part in it.</summary>
internal static class ClientHello
{
    private const int RecordHeader = 5;
    private const byte Handshake = 22;

    /// <summary>False while more bytes may change the answer. A name that is not there, and bytes that are no ClientHello, are the empty text.</summary>
    public static bool TryReadServerName(ReadOnlySpan<byte> bytes, out string name)
    {
        var isWhole = TryRead(bytes, out var greeting);
        name = greeting.ServerName;
        return isWhole;
    }

    /// <summary>As <see cref="TryReadServerName"/>, with all that is read.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ClientGreeting greeting)
    {
        greeting = ClientGreeting.None;
        // A hello may be cut into records at any place; their contents follow one another.
        var hello = new byte[bytes.Length];
        var length = 0;
        while (true)
        {
            var isComplete = IsComplete(hello.AsSpan(0, length), out var isHello);
            if (!isHello) return true;
            if (isComplete)
            {
                greeting = Greeting(hello.AsSpan(4, length - 4));
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
    private static ClientGreeting Greeting(ReadOnlySpan<byte> body)
    {
        if (body.Length < 34) return ClientGreeting.None;
        body = body[34..];
        if (!Skip(ref body, 1) || !Skip(ref body, 2) || !Skip(ref body, 1) || !Take(ref body, 2, out var extensions)) return ClientGreeting.None;
        var greeting = ClientGreeting.None;
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!Take(ref extensions, 2, out var extension)) return greeting;
            if (type == 0 && greeting.ServerName.Length == 0) greeting = greeting with { ServerName = FirstName(extension) };
            if (type == 13) greeting = greeting with { KnowsEcdsa = HasEcdsa(extension) };
        }
        return greeting;
    }

    private static string FirstName(ReadOnlySpan<byte> extension)
    {
        if (!Take(ref extension, 2, out var names) || names.IsEmpty || names[0] != 0) return "";
        names = names[1..];
        return Take(ref names, 2, out var name) && Ascii.IsValid(name) ? Encoding.ASCII.GetString(name).ToLowerInvariant() : "";
    }

    // ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512.
    private static bool HasEcdsa(ReadOnlySpan<byte> extension)
    {
        if (!Take(ref extension, 2, out var schemes)) return false;
        for (; schemes.Length >= 2; schemes = schemes[2..])
            if (BinaryPrimitives.ReadUInt16BigEndian(schemes) is 0x0403 or 0x0503 or 0x0603) return true;
        return false;
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
