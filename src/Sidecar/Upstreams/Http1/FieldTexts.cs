using System.Text;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>
/// Texts of the last responses of one endpoint by their place in the head: an application mostly says the same again, and then no string is
/// made. Safe from all threads without a lock: each text is compared with the bytes before it is given out. Bounded in number and length.
/// </summary>
internal sealed class FieldTexts
{
    private const int Places = 24;
    private const int LongestKept = 128;

    private readonly string?[] _names = new string?[Places];
    private readonly string?[] _values = new string?[Places];

    public string Name(int place, ReadOnlySpan<byte> bytes) => Find(_names, place, bytes);

    public string Value(int place, ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : Find(_values, place, bytes);

    private static string Find(string?[] texts, int place, ReadOnlySpan<byte> bytes)
    {
        if (place >= Places || bytes.Length > LongestKept) return Encoding.Latin1.GetString(bytes);
        if (Volatile.Read(ref texts[place]) is { } known && Ascii.Equals(bytes, known)) return known;
        var text = Encoding.Latin1.GetString(bytes);
        Volatile.Write(ref texts[place], text);
        return text;
    }
}
