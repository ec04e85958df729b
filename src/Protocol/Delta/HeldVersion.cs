using System.Globalization;

namespace Mesh.Protocol.Delta;

/// <summary>
/// A resource's version, of which a subscriber holds one for each resource: a hash of 128 bits in hexadecimal, which ours are, as its bits, everything else as
/// its text.
/// </summary>
internal readonly record struct HeldVersion
{
    private const int Digits = 32;

    // Null: the bits are the version.
    private readonly string? _text;
    private readonly ulong _upper, _lower;

    private HeldVersion(string text) => _text = text;

    private HeldVersion(ulong upper, ulong lower) => (_upper, _lower) = (upper, lower);

    public static HeldVersion From(string version) =>
        version.Length == Digits && !version.AsSpan().ContainsAnyExcept("0123456789abcdef")
            ? new HeldVersion(Bits(version.AsSpan(0, Digits / 2)), Bits(version.AsSpan(Digits / 2)))
            : new HeldVersion(version);

    public override string ToString() => _text ?? string.Create(CultureInfo.InvariantCulture, $"{_upper:x16}{_lower:x16}");

    private static ulong Bits(ReadOnlySpan<char> digits) => ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
