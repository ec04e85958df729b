using System.Diagnostics.CodeAnalysis;

namespace Mesh.Core.Resources.RateLimits;

/// <summary>An attribute that requests are told apart by: one of the names without entry, or a map and the entry of it.</summary>
/// <param name="Attribute"><c>source.principal</c>, or the map <c>request.headers</c>.</param>
/// <param name="Path">The header or cookie, or the claim with those it is nested in; empty for attributes without entries.</param>
public sealed record RateLimitKey(string Attribute, string[] Path)
{
    /// <summary>Attributes that are one value.</summary>
    public static readonly string[] Words =
    [
        "source.principal", "source.namespace", "source.serviceAccount", "source.ip", "remote.ip", "request.auth.principal", "request.host", "request.method",
        "request.path", "route.name",
    ];

    /// <summary>Attributes that have entries.</summary>
    public static readonly string[] Maps = ["request.headers", "request.cookies", "request.auth.claims"];

    /// <summary>Reads <c>source.ip</c>, <c>request.headers[x-tenant]</c> or <c>request.auth.claims[a][b]</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RateLimitKey? key)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = null;
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0)
        {
            if (Words.Contains(text)) key = new RateLimitKey(text, []);
            return key is not null;
        }

        if (!Maps.Contains(text[..bracket]) || !text.EndsWith(']')) return false;
        var path = text[(bracket + 1)..^1].Split("][");
        if (path.Any(p => p.Length == 0 || p.AsSpan().IndexOfAny('[', ']') >= 0)) return false;
        if (path.Length > 1 && text[..bracket] != "request.auth.claims") return false;
        key = new RateLimitKey(text[..bracket], path);
        return true;
    }
}
