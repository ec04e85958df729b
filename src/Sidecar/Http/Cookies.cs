using Microsoft.Extensions.Primitives;

namespace Mesh.Sidecar.Http;

/// <summary>Reads one cookie out of the header, of several with its name the first, without the quotes around it.</summary>
internal static class Cookies
{
    public static bool TryFind(StringValues headers, string name, out ReadOnlySpan<char> value)
    {
        foreach (var header in headers)
        {
            var rest = header.AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf(';');
                var pair = (end < 0 ? rest : rest[..end]).Trim();
                rest = end < 0 ? [] : rest[(end + 1)..];
                var equals = pair.IndexOf('=');
                if (equals < 0 || !pair[..equals].Trim().SequenceEqual(name)) continue;
                value = pair[(equals + 1)..].Trim();
                if (value is ['"', .., '"']) value = value[1..^1];
                return true;
            }
        }
        value = default;
        return false;
    }
}
