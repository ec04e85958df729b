namespace Mesh.Core.Validation.Rules.Security;

/// <summary>The words AuthorizationPolicies match with: exact, <c>abc*</c>, <c>*abc</c>, or <c>*</c>.</summary>
internal static class MatchWords
{
    public static bool HasWildcard(string word) => word.StartsWith('*') || word.EndsWith('*');

    /// <summary>A star anywhere else is compared as a star, which is not what was meant.</summary>
    public static void CheckWildcard(string word, RuleContext context)
    {
        if (word == "*") return;
        var body = word.StartsWith('*') ? word[1..] : word.EndsWith('*') ? word[..^1] : word;
        if (body.Contains('*', StringComparison.Ordinal))
            context.Warn($"a star is a wildcard only at one end; the others in {Names.Quote(word)} are compared as they are", "Use \"abc*\" or \"*abc\".");
    }
}
