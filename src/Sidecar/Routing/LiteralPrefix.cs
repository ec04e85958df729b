namespace Mesh.Sidecar.Routing;

/// <summary>
/// What every path that an expression matches begins with, as far as a look at its letters tells: <c>/users/</c> for <c>/users/[0-9]+</c>. Too short an answer
/// costs time, too long a one would lose matches; so whatever is not plainly a letter ends it.
/// </summary>
internal static class LiteralPrefix
{
    /// <summary>Punctuation that means itself, in RE2 and everywhere.</summary>
    private const string Plain = "/-_~:@!%&=,;'\" #<>";

    /// <summary>Empty where nothing can be said.</summary>
    public static string Of(string expression)
    {
        // One of several expressions: the others begin otherwise. Within brackets and groups it would be harmless, and is not worth telling apart.
        if (expression.Contains('|', StringComparison.Ordinal)) return "";
        var end = 0;
        while (end < expression.Length && IsLiteral(expression[end])) end++;
        // What may come zero times is not there for certain.
        if (end > 0 && end < expression.Length && "*?{".Contains(expression[end], StringComparison.Ordinal)) end--;
        return expression[..end];
    }

    private static bool IsLiteral(char letter) => char.IsAsciiLetterOrDigit(letter) || Plain.Contains(letter, StringComparison.Ordinal);
}
