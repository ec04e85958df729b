namespace Mesh.Sidecar.Routing;

/// <summary>
/// A request target cut into path and query, in origin form. The path stays as the client wrote it unless normalisation is on, so that
/// what is forwarded is what was sent.
/// </summary>
internal static class RequestPath
{
    /// <summary>Strips scheme and authority of an absolute-form target (RFC 9112, 3.2.2), as clients of an HTTP proxy send.</summary>
    public static string OriginForm(string target)
    {
        if (target.Length > 0 && target[0] == '/') return target;
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0) return target == "*" ? "*" : "/";
        var slash = target.AsSpan(scheme + 3).IndexOfAny('/', '?');
        if (slash < 0) return "/";
        var rest = target[(scheme + 3 + slash)..];
        return rest[0] == '?' ? "/" + rest : rest;
    }

    public static int PathLength(string target)
    {
        var query = target.IndexOf('?');
        return query < 0 ? target.Length : query;
    }

    /// <summary>Whether <paramref name="path"/> has anything that RFC 3986 normalisation would change.</summary>
    public static bool NeedsNormalizing(ReadOnlySpan<char> path) =>
        path.Contains('%') || path.Contains('\\') || path.Contains("/.", StringComparison.Ordinal) || path.Contains("//", StringComparison.Ordinal);

    /// <summary>
    /// What Envoy does with <c>normalize_path</c>: unreserved characters decoded (RFC 3986, 6.2.2), dot segments removed, backslash is a
    /// slash. What climbs above the root stays at the root, a malformed escape stays as it is; a null character is refused: false.
    /// </summary>
    public static bool TryNormalize(string path, bool mergeSlashes, out string normalized)
    {
        normalized = path;
        if (!TryDecodeUnreserved(path, out var decoded)) return false;
        var output = new List<string>();
        var segments = decoded.Replace('\\', '/').Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            var segment = segments[i];
            var last = i == segments.Length - 1;
            switch (segment)
            {
                case "..":
                    if (output.Count > 0) output.RemoveAt(output.Count - 1);
                    if (last) output.Add("");
                    break;
                case ".":
                    if (last) output.Add("");
                    break;
                default:
                    output.Add(segment);
                    break;
            }
        }
        normalized = "/" + string.Join('/', output);
        // After the dots, which may leave slashes side by side (Envoy).
        if (mergeSlashes) normalized = MergeSlashes(normalized);
        return true;
    }

    public static string MergeSlashes(string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal)) return path;
        var text = new System.Text.StringBuilder(path.Length);
        foreach (var c in path)
            if (c != '/' || text.Length == 0 || text[^1] != '/') text.Append(c);
        return text.ToString();
    }

    /// <summary>Decodes escaped slashes and backslashes; the same string where there is none.</summary>
    public static string UnescapeSlashes(string path)
    {
        if (!path.Contains('%')) return path;
        return path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).Replace("%5C", "\\", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryDecodeUnreserved(string path, out string decoded)
    {
        decoded = path;
        if (path.Contains('\0')) return false;
        if (!path.Contains('%')) return true;
        var text = new System.Text.StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%' || i + 2 >= path.Length || !char.IsAsciiHexDigit(path[i + 1]) || !char.IsAsciiHexDigit(path[i + 2]))
            {
                text.Append(path[i]);
                continue;
            }
            var value = (char)Convert.ToInt32(path.Substring(i + 1, 2), 16);
            if (value == '\0') return false;
            if (char.IsAsciiLetterOrDigit(value) || value is '-' or '.' or '_' or '~') text.Append(value);
            else text.Append(path, i, 3);
            i += 2;
        }
        decoded = text.ToString();
        return true;
    }
}
