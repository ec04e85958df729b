namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Matches of a claim of the request's verified token, which Istio writes among the headers.</summary>
internal static class ClaimRules
{
    private const string Prefix = "@request.auth.claims";

    public static bool IsClaim(string header) => header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    public static void Check(string header, GatewayScope scope, RuleContext at)
    {
        if (!IsPath(header[Prefix.Length..])) at.Error($"{Names.Quote(header)} does not name a claim", "Write @request.auth.claims.NAME, or @request.auth.claims[NAME] when the name has dots.");
        else if (scope.Mesh || !scope.Gateways) at.Error("claims can only be matched at gateways", "Bind the object, or this match, to gateways only.");
        else at.Refuse("not enforced", "Claims of tokens are not verified yet; remove the match.");
    }

    // .a.b or [a][b]
    private static bool IsPath(string path)
    {
        if (path.StartsWith('.')) return path[1..].Split('.').All(p => p.Length > 0);
        if (!path.StartsWith('[') || !path.EndsWith(']')) return false;
        return path[1..^1].Split("][").All(p => p.Length > 0 && p.IndexOfAny(['[', ']']) < 0);
    }
}
