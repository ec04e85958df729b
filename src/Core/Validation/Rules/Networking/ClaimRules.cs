using Mesh.Core.Resources.Security;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Matches of a claim of the request's verified token, which Istio writes among the headers.</summary>
internal static class ClaimRules
{
    public static bool IsClaim(string header) => ClaimPath.IsClaim(header);

    public static void Check(string header, GatewayScope scope, RuleContext at)
    {
        if (!ClaimPath.TryParse(header, out _)) at.Error($"{Names.Quote(header)} does not name a claim", "Write @request.auth.claims.NAME, or @request.auth.claims[NAME] when the name has dots.");
        else if (scope.Mesh || !scope.Gateways) at.Error("claims can only be matched at gateways", "Bind the object, or this match, to gateways only.");
    }
}
