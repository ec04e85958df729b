using System.Text;

namespace Mesh.Core.Fields;

/// <summary>How C# names are spelled in YAML and JSON.</summary>
internal static class FieldNames
{
    /// <summary><c>RetryOn</c>: <c>retryOn</c>.</summary>
    public static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary><c>retryOn</c>: <c>retry_on</c>; <c>meshMTLS</c>: <c>mesh_mTLS</c>, as Istio's protobuf files have it.</summary>
    public static string SnakeCase(string name)
    {
        if (name == "meshMTLS") return "mesh_mTLS";
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c)) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    /// <summary><c>RoundRobin</c>: <c>ROUND_ROBIN</c>; digits stay with the letter before them.</summary>
    public static string UpperSnakeCase(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i])) text.Append('_');
            text.Append(char.ToUpperInvariant(name[i]));
        }

        return text.ToString();
    }

    /// <summary>The one of <paramref name="known"/> that <paramref name="unknown"/> is probably a misspelling of; null when none is near.</summary>
    public static string? Nearest(string unknown, IEnumerable<string> known)
    {
        if (unknown.Length > 64) return null;
        string? best = null;
        var bestDistance = Math.Max(1, unknown.Length / 3) + 1;
        foreach (var candidate in known)
        {
            var distance = Distance(Plain(unknown), Plain(candidate));
            if (distance < bestDistance) (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    /// <summary>The only one of <paramref name="known"/> that has all words of <paramref name="unknown"/> in their order and more: <c>portMtls</c>, <c>portLevelMtls</c>; null when none or several have.</summary>
    public static string? Longer(string unknown, IEnumerable<string> known)
    {
        var words = SnakeCase(unknown).Split('_');
        string[] found = [.. known.Where(k => HasInOrder(SnakeCase(k).Split('_'), words)).Take(2)];
        return found is [var only] ? only : null;
    }

    private static bool HasInOrder(string[] words, string[] sought)
    {
        var next = 0;
        foreach (var word in words)
            if (next < sought.Length && word == sought[next]) next++;
        return next == sought.Length;
    }

    /// <summary>Whether one is a misspelling of the other by so many letters.</summary>
    public static bool AreNear(string one, string other, int letters) => Math.Abs(one.Length - other.Length) <= letters && Distance(one, other) <= letters;

    /// <summary>Whether two names differ only in case, underscores or dashes.</summary>
    public static bool AreAlike(string one, string other) => Plain(one) == Plain(other);

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // Levenshtein's edit distance with swaps of neighbours counted once.
    private static int Distance(string a, string b)
    {
        var beforeLast = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[b.Length];
    }
}
