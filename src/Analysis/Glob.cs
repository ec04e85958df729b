namespace Mesh.Analysis;

/// <summary>Wildcards of a command line: <c>*</c> any text, <c>?</c> any character; letters of either case. Linear but for the last <c>*</c>.</summary>
internal static class Glob
{
    public static bool Matches(string pattern, string text)
    {
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && (pattern[p] == '?' || char.ToLowerInvariant(pattern[p]) == char.ToLowerInvariant(text[t])) && pattern[p] != '*') (p, t) = (p + 1, t + 1);
            else if (p < pattern.Length && pattern[p] == '*') (star, resume, p) = (p, t, p + 1);
            else if (star >= 0) (p, t, resume) = (star + 1, resume + 1, resume + 1);
            else return false;
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
