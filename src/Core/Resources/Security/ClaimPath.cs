using System.Diagnostics.CodeAnalysis;

namespace Mesh.Core.Resources.Security;

/// <summary>
/// Claims that VirtualServices match as if they were headers: <c>@request.auth.claims.group</c>, nested ones with further dots, or
/// <c>@request.auth.claims[a.b][c]</c> where names have dots (Istio).
/// </summary>
public static class ClaimPath
{
    private const string Prefix = "@request.auth.claims";

    /// <summary>Whether a header's name means a claim; no real header has such a name.</summary>
    public static bool IsClaim(string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The claim's name with those it is nested in.</summary>
    public static bool TryParse(string header, [NotNullWhen(true)] out string[]? path)
    {
        path = null;
        if (!IsClaim(header)) return false;
        var rest = header[Prefix.Length..];
        if (rest.StartsWith('.')) path = rest[1..].Split('.');
        else if (rest is ['[', _, .., ']']) path = rest[1..^1].Split("][");
        if (path?.All(p => p.Length > 0 && (rest[0] == '.' || p.IndexOfAny(['[', ']']) < 0)) != true) path = null;
        return path is not null;
    }
}
