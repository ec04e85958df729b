using Mesh.Core.Regexes;

namespace Mesh.Core.Validation;

/// <summary>Whether an expression is one proxies can run in linear time, with the same meaning in every proxy.</summary>
internal static class RegexRules
{
    public static Re2Pattern? Check(string pattern, RuleContext at)
    {
        if (!Re2.TryParse(pattern, out var parsed, out var problem))
            at.Error($"{Names.Quote(pattern)} is not a usable regular expression: {problem}", Hint(pattern));
        else if (parsed.Difference is { } difference)
            at.Warn($"not the same in every proxy: {difference}", "Write the characters that are meant as a class.");
        return parsed;
    }

    private static string Hint(string pattern) => pattern switch
    {
        "*" => "For anything write \".*\", or leave the match out.",
        ['*', ..] => "\"*\" repeats what stands before it; write \".*\" for anything.",
        _ => "Use RE2 syntax, https://github.com/google/re2/wiki/Syntax.",
    };
}
