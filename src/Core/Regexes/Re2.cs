using System.Diagnostics.CodeAnalysis;

namespace Mesh.Core.Regexes;

/// <summary>
/// Reads regular expressions in RE2's syntax, which is what Istio's objects hold, for .NET's linear-time engine. What the two engines would not
/// understand alike is written out (<c>\d</c>, <c>$</c>, classes, case folding, characters beyond U+FFFF) or refused. Works without
/// reflection, so the sidecar can use it too. Stateless and thread-safe.
/// </summary>
public static class Re2
{
    /// <summary>Istio's limit on the length of an expression, in UTF-16 units.</summary>
    public const int MaxLength = 1024;

    /// <summary>Classes with repetitions written out: what .NET's engine takes, which counts five nodes for each and allows 10,000.</summary>
    public const int MaxSize = 1900;

    /// <summary>From here on the engine is asked whether it takes an expression, which costs more than reading it.</summary>
    private const int LargeSize = 300;

    private const string Halves = "characters beyond U+FFFF are counted twice";

    /// <summary>
    /// The expression, or why there is none: a clause without a full stop. Case-insensitive as a whole when <paramref name="ignoreCase"/>,
    /// as with <c>(?i)</c> in front. The few expressions that are not the same for every value say so (<see cref="Re2Pattern.Difference"/>).
    /// </summary>
    public static bool TryParse(string pattern, [NotNullWhen(true)] out Re2Pattern? result, [NotNullWhen(false)] out string? error, bool ignoreCase = false)
    {
        (result, error) = (null, null);
        if (pattern.Length > MaxLength)
        {
            error = $"longer than {MaxLength} characters";
            return false;
        }

        try
        {
            var parser = new Re2Parser(pattern, ignoreCase);
            result = Translate(pattern, parser.Parse(), parser);
            return true;
        }
        catch (Re2SyntaxException e)
        {
            error = e.Message;
            return false;
        }
    }

    // Exactly where that is not too large.
    private static Re2Pattern Translate(string pattern, Re2Node root, Re2Parser parser)
    {
        var exact = root.Size(exact: true) <= MaxSize;
        var size = root.Size(exact);
        if (size > MaxSize) throw new Re2SyntaxException($"its repetitions multiply to more than {MaxSize} characters");
        var result = new Re2Pattern(pattern, Re2Writer.Write(root, exact), parser.GroupNames, exact ? parser.Difference : parser.Difference ?? Halves);
        if (size > LargeSize) RequireEngine(result);
        return result;
    }

    private static void RequireEngine(Re2Pattern pattern)
    {
        try
        {
            _ = pattern.ToFullMatch();
        }
        catch (NotSupportedException)
        {
            throw new Re2SyntaxException("its repetitions, multiplied with those inside, are too many");
        }
    }
}
