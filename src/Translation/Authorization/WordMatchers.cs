using System.Text;
using Envoy.Type.Matcher.V3;

namespace Mesh.Translation.Authorization;

/// <summary>The words that policies match with, <c>abc</c>, <c>abc*</c>, <c>*abc</c> and <c>*</c>, as Envoy's matchers.</summary>
internal static class WordMatchers
{
    /// <param name="word">The word.</param>
    /// <param name="before">What stands before it in the text that is compared, <c>spiffe://</c> for one.</param>
    /// <param name="ignoreCase">Whether case does not count.</param>
    public static StringMatcher Of(string word, string before = "", bool ignoreCase = false)
    {
        var result = word switch
        {
            "*" => new StringMatcher { SafeRegex = new RegexMatcher { Regex = ".+" } },
            [.., '*'] => new StringMatcher { Prefix = before + word[..^1] },
            ['*', ..] => new StringMatcher { Suffix = word[1..] },
            _ => new StringMatcher { Exact = before + word },
        };
        if (word != "*") result.IgnoreCase = ignoreCase;
        return result;
    }

    /// <summary>A path, or a template of one: <c>{*}</c> is one segment, <c>{**}</c> any number.</summary>
    public static StringMatcher Path(string path) => path.Contains("{*}", StringComparison.Ordinal) || path.Contains("{**}", StringComparison.Ordinal)
        ? new StringMatcher { SafeRegex = new RegexMatcher { Regex = string.Join('/', path.Split('/').Select(Segment)) } }
        : Of(path);

    /// <summary>A pattern that is <paramref name="text"/> itself.</summary>
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c != '_') result.Append('\\');
            result.Append(c);
        }
        return result.ToString();
    }

    private static string Segment(string segment) => segment switch
    {
        "{*}" => "[^/]+",
        "{**}" => ".*",
        _ => Escape(segment),
    };
}
