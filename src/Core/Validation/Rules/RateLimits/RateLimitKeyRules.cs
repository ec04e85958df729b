using Mesh.Core.Fields;
using Mesh.Core.Resources.RateLimits;

namespace Mesh.Core.Validation.Rules.RateLimits;

/// <summary>What a key of a limit must satisfy: an attribute that proxies know.</summary>
internal static class RateLimitKeyRules
{
    public static void Check(string text, RuleContext at)
    {
        if (RateLimitKey.TryParse(text, out var key))
        {
            if (key.Attribute is "request.headers" or "request.cookies" && !Names.IsHeaderName(key.Path[0]))
                at.Error($"{Names.Quote(key.Path[0])} is not a {(key.Attribute == "request.headers" ? "header" : "cookie")} name");
            return;
        }

        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        var name = bracket < 0 ? text : text[..bracket];
        if (RateLimitKey.Maps.Contains(name)) at.Error($"{Names.Quote(text)} names no entry", $"Write {name}[NAME].");
        else if (RateLimitKey.Words.Contains(name)) at.Error($"{name} has no entries", $"Write {name}.");
        else
        {
            var nearest = FieldNames.Nearest(name, [.. RateLimitKey.Words, .. RateLimitKey.Maps]);
            at.Error($"unknown attribute {Names.Quote(text)}", nearest is null
                ? $"Use one of {string.Join(", ", RateLimitKey.Words)}, {string.Join(", ", RateLimitKey.Maps.Select(m => m + "[NAME]"))}."
                : $"Did you mean \"{nearest}{(RateLimitKey.Maps.Contains(nearest) ? "[NAME]" : "")}\"?");
        }
    }
}
