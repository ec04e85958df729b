using System.Globalization;
using System.Text.RegularExpressions;

namespace Mesh.Core.Validation;

/// <summary>
/// Whether a pattern is one proxies can run in linear time: what RE2 and .NET's non-backtracking engine both accept and both mean alike.
/// </summary>
internal static partial class RegexRules
{
    private const int MaxLength = 1024;

    /// <summary>Atoms with repetitions written out, which is what compiling costs; RE2 allows 1000 of a single one.</summary>
    private const int MaxSize = 5000;

    public static void Check(string pattern, RuleContext at)
    {
        if (pattern == "*") return; // not an expression, but Istio's users write it for "anything"
        if (Problem(pattern) is { } problem) at.Error($"{Names.Quote(pattern)} is not a usable regular expression: {problem}", "Use RE2 syntax, without back-references and look-around.");
    }

    private static string? Problem(string pattern)
    {
        if (pattern.Length > MaxLength) return $"longer than {MaxLength} characters";
        if (pattern.Contains("[[:", StringComparison.Ordinal) || pattern.Contains("[:^", StringComparison.Ordinal)) return "POSIX classes such as [[:alpha:]] are not supported";
        if (ClassSubtraction().IsMatch(pattern)) return "classes cannot be subtracted";
        if (InlineComment().IsMatch(pattern)) return "comments and options other than i, m and s are not supported";
        if (Size(pattern) > MaxSize) return $"its repetitions multiply to more than {MaxSize}";
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (RegexParseException e)
        {
            return $"{e.Error} at character {e.Offset}";
        }
        catch (NotSupportedException)
        {
            return "back-references, look-around, atomic groups and conditionals are not supported";
        }
    }

    [GeneratedRegex(@"\[[^\]]*-\[")]
    private static partial Regex ClassSubtraction();

    [GeneratedRegex(@"\(\?(#|[ims-]*[nx])")]
    private static partial Regex InlineComment();

    // A rough count is enough: an escape is one atom, a class is one, a group is the sum of its content.
    private static double Size(string pattern)
    {
        var around = new Stack<double>();
        double sum = 0, last = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '(':
                    around.Push(sum + last);
                    (sum, last) = (0, 0);
                    break;
                case ')' when around.Count > 0:
                    (sum, last) = (around.Pop(), sum + last);
                    break;
                case '{' when Repeat().Match(pattern, i) is { Success: true } repeat && repeat.Index == i:
                    var bound = repeat.Groups[2].Length > 0 ? repeat.Groups[2] : repeat.Groups[1];
                    last *= Math.Max(1, double.Parse(bound.Value, CultureInfo.InvariantCulture));
                    i += repeat.Length - 1;
                    break;
                default:
                    if (pattern[i] == '\\') i++;
                    else if (pattern[i] == '[') i = Math.Max(i, pattern.IndexOf(']', Math.Min(i + 2, pattern.Length)));
                    (sum, last) = (sum + last, 1);
                    break;
            }
        }

        while (around.TryPop(out var outer)) sum += outer;
        return sum + last;
    }

    [GeneratedRegex(@"\{(\d{1,9})(?:,(\d{0,9}))?\}")]
    private static partial Regex Repeat();
}
